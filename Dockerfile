# The container: the bundle for Node on distroless. `npm run image` builds it. docs/container.md describes it.
#
# Both bases can be replaced (a mirror, a pinned digest: name:tag@sha256:...) by --build-arg.
# A test holds NODE_VERSION and VERSION equal to package.json.
ARG NODE_VERSION=24.21.0
ARG BUILD_IMAGE=node:${NODE_VERSION}-bookworm-slim
ARG BUILD_PLATFORM=$BUILDPLATFORM
ARG RUN_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot

# What is built is JavaScript and the same for every platform: built once, on the builder's own.
# (BuildKit sets BUILDPLATFORM. The builder before it does not, and reads only ARGs from above the first FROM: give it
# BUILD_PLATFORM by --build-arg. An `ARG BUILDPLATFORM` would hide BuildKit's value.)
FROM --platform=$BUILD_PLATFORM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
ARG REVISION=unknown
ARG SOURCE_DATE_EPOCH=0
RUN GIT_COMMIT=$REVISION npm run build && node build/image/lay-out.mjs dist /out/app

# A snapshot and compiled code fit one Node, one platform and one path: made by the Node that will use them, where they
# will be.
FROM ${RUN_IMAGE} AS cache
COPY build/image /image
COPY --from=build --chown=65532:65532 /out/ /
ARG SOURCE_DATE_EPOCH=0
# Node keeps compiled code by user: warmed as the one that the image runs as.
USER 65532:65532
RUN ["/nodejs/bin/node", "/image/warm.mjs", "/app", "/tmp/out/app"]

FROM ${RUN_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="Edge Gists" \
      org.opencontainers.image.description="An edge API in front of GitHub's public gists" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.source=$SOURCE \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION \
      org.opencontainers.image.created=$CREATED
# Owned by root, and nothing in it can be written by the user below.
COPY --from=cache --chown=0:0 /tmp/out/ /
# Huge pages, where the kernel gives them to who asks, for what malloc gets: the snapshot is read in a third less time.
ENV NODE_ENV=production PORT=8080 GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=131072
EXPOSE 8080
# A number, so that Kubernetes' runAsNonRoot can tell. Any other user will do as well.
USER 65532:65532
STOPSIGNAL SIGTERM
# Run by the base's entrypoint, node. /app/node/server.js is the same without the snapshot. V8 would let what is short-lived
# grow to 128 MiB, which answers no request sooner.
CMD ["--max-semi-space-size=16", "--snapshot-blob", "/app/node/app.blob"]
