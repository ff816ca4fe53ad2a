/** OpenTelemetry's own protobuf definitions as OpenTelemetry generates them for JavaScript; they declare no types. */
declare module "otlp-definitions/build/src/generated/root.js" {
  interface MessageType {
    decode(bytes: Uint8Array): unknown;
    toObject(message: unknown, options: object): unknown;
  }
  const root: {
    opentelemetry: {
      proto: {
        collector: {
          trace: { v1: { ExportTraceServiceRequest: MessageType; ExportTraceServiceResponse: MessageType } };
        };
      };
    };
  };
  export default root;
}
