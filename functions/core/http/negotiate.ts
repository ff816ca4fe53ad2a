import { EdgeError } from "../errors.ts";
import { choose } from "./accept.ts";

/** GitHub's API versions that this service passes on; the first one is the default, as at GitHub. */
export const apiVersions = ["2022-11-28", "2026-03-10"] as const;
export type ApiVersion = (typeof apiVersions)[number];

/** The `param` of GitHub's media types; "json" stands for none. */
export type MediaParam = "json" | "raw" | "base64" | "text" | "html" | "full";

/** https://docs.github.com/rest/gists/gists: raw and base64. */
export const gistParams: readonly MediaParam[] = ["raw", "base64"];
/** https://docs.github.com/rest/gists/comments: raw, text, html and full. */
export const commentParams: readonly MediaParam[] = ["raw", "text", "html", "full"];
/** Resources with one form only. */
export const noParams: readonly MediaParam[] = [];

/** The form of a resource that a request asks for. */
export interface Representation {
  apiVersion: ApiVersion;
  param: MediaParam;
  /** The media type to ask GitHub for. */
  accept: string;
  /** `X-GitHub-Media-Type` of the answer. */
  githubMediaType: string;
}

/**
 * Reads `Accept` (RFC 9110 section 12.5.1) against GitHub's media types
 * (https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types).
 * A `param` that the resource does not have is ignored, as GitHub does.
 * @throws EdgeError unsupported-media-type
 */
export function negotiate(
  accept: string | undefined,
  apiVersion: ApiVersion,
  params: readonly MediaParam[],
): Representation {
  const param = accept === undefined || accept === "" ? "json" : bestParam(accept, params);
  return {
    apiVersion,
    param,
    accept: param === "json" ? "application/vnd.github+json" : `application/vnd.github.${param}+json`,
    githubMediaType: param === "json" ? "github.v3; format=json" : `github.v3; param=${param}; format=json`,
  };
}

/** With an optional version, old previews and a param: clients send these with all calls, and GitHub treats unknown parts as JSON. */
const githubType = /^application\/vnd\.github(?:\.[\w-]+)*?(?:\.(raw|base64|text|html|full))?(?:\+json)?$/;
const plainTypes = new Set(["*/*", "application/*", "application/json", "application/*+json"]);

/** An error repeats no more of the field than this, in characters. */
const longestEcho = 256;

function isJson(type: string): boolean {
  return plainTypes.has(type) || githubType.test(type);
}

/**
 * The other form that `Accept` prefers to GitHub's JSON; undefined for JSON, and if it allows neither.
 * @param forms by media type in lower case
 */
export function otherForm<Form extends string>(
  accept: string | undefined,
  forms: ReadonlyMap<string, Form>,
): Form | undefined {
  const choice = choose<Form | "json">(accept ?? "", (type) => forms.get(type) ?? (isJson(type) ? "json" : undefined));
  return choice === "json" ? undefined : choice;
}

function bestParam(accept: string, params: readonly MediaParam[]): MediaParam {
  const param = choose(accept, (type) => {
    const github = githubType.exec(type);
    if (!github && !plainTypes.has(type)) return undefined;
    const asked = (github?.[1] ?? "json") as MediaParam;
    return params.includes(asked) ? asked : "json";
  });
  if (param) return param;
  throw new EdgeError(
    "unsupported-media-type",
    `Unsupported 'Accept' header: '${accept.slice(0, longestEcho)}'. Must accept 'application/json'.`,
  );
}
