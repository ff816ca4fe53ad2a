import { join } from "node:path";
import type { Command } from "../support/install.ts";
import { here, openapiGeneratorIn, type ToolchainName } from "./toolchains.ts";

/** The folder in which a client is generated. */
export interface Place {
  /** The folders of the toolchains. */
  in: Record<ToolchainName, string>;
  /** An empty folder for the client. */
  work: string;
  /** The file of the document. */
  document: string;
}

/** How a client is generated, compiled and run. */
export interface Recipe {
  title: string;
  needs: readonly ToolchainName[];
  version: "3.0" | "3.1";
  /** Files of this folder that lie beside the client, by the names that they have there. */
  files: (place: Place) => Record<string, string>;
  /** In the folder of the client. */
  commands: (place: Place) => readonly Command[];
  /** Takes the address of the service, a gist's id and a comment's. */
  program: (place: Place) => Command;
  env?: (place: Place) => Record<string, string>;
}

/** openapi-generator, without tests and documents. */
function generate(place: Place, generator: string, output: string, ...more: string[]): Command {
  return [
    ...openapiGeneratorIn(place.in.java),
    ..."generate --global-property apiTests=false,modelTests=false,apiDocs=false,modelDocs=false".split(" "),
    "--generator-name",
    generator,
    "--input-spec",
    place.document,
    "--output",
    join(place.work, output),
    ...more,
  ];
}

const node = ({ in: { npm } }: Place, path: string) => [process.execPath, join(npm, "node_modules", path)];

/** A client in TypeScript, compiled as strictly as its generator can do. */
function typescript(name: string, toMade: (place: Place) => Command, flags = ["--strict"]): Omit<Recipe, "version"> {
  return {
    title: name,
    needs: name === "openapi-generator" ? ["npm", "java"] : ["npm"],
    files: () => ({ "program.ts": `npm/programs/${name}.ts`, "orval.config.js": "npm/orval.config.cjs" }),
    commands: (place) => [
      toMade(place),
      [
        ...node(place, "typescript/bin/tsc"),
        ..."program.ts --module commonjs --moduleResolution node10 --esModuleInterop --target es2022".split(" "),
        ..."--lib es2022,dom,dom.iterable --types node --outDir out".split(" "),
        ...flags,
      ],
    ],
    program: ({ work }) => [process.execPath, join(work, "out/program.js")],
    env: ({ document, work }) => ({ DOCUMENT: document, TARGET: join(work, "made.ts") }),
  };
}

/** A client in Go: a module with it and a program. */
function go(name: string, toMade: (place: Place) => Command): Omit<Recipe, "version"> {
  return {
    title: name,
    needs: name === "openapi-generator" ? ["go", "java"] : ["go"],
    files: () => ({
      "go.mod": "go/go.mod",
      "go.sum": "go/go.sum",
      "main.go": "go/main.go",
      "ask.go": `go/programs/${name}.go`,
      "oapi-codegen.yaml": "go/oapi-codegen.yaml",
      "ogen.yaml": "go/ogen.yaml",
    }),
    commands: (place) => [toMade(place), ["go", "build", "-p", "1", "-o", "program", "."]],
    program: ({ work }) => [join(work, "program")],
  };
}

const versions = ["3.0", "3.1"] as const;
const both = (recipe: Omit<Recipe, "version">): Recipe[] => versions.map((version) => ({ ...recipe, version }));
const only = (version: Recipe["version"], recipe: Omit<Recipe, "version">): Recipe => ({ ...recipe, version });
const named = (language: string, recipe: Omit<Recipe, "version">) => ({
  ...recipe,
  title: `${recipe.title} (${language})`,
});

export const recipes: readonly Recipe[] = [
  ...both(
    typescript("openapi-typescript", (place) => [
      ...node(place, "openapi-typescript/bin/cli.js"),
      place.document,
      "--output",
      "made.ts",
    ]),
  ),
  ...both(
    typescript("hey-api", (place) => [
      ...node(place, "@hey-api/openapi-ts/bin/run.js"),
      "--input",
      place.document,
      "--output",
      "made",
      "--no-log-file",
    ]),
  ),
  ...both(typescript("orval", (place) => node(place, "orval/dist/bin/orval.mjs"))),
  ...both(
    named(
      "typescript-fetch",
      // Its own instanceOf functions index objects by strings.
      typescript("openapi-generator", (place) => generate(place, "typescript-fetch", "made"), [
        "--strict",
        "--noImplicitAny",
        "false",
      ]),
    ),
  ),
  ...both(
    named(
      "go",
      go("openapi-generator", (place) =>
        generate(place, "go", "made", "--additional-properties=packageName=made,withGoMod=false"),
      ),
    ),
  ),
  ...both({
    title: "openapi-generator (python)",
    needs: ["python", "java"],
    files: () => ({ "program.py": "python/program.py" }),
    commands: (place) => [
      generate(place, "python", "made"),
      [join(place.in.python, "venv/bin/python"), "-m", "compileall", "-q", "made/openapi_client"],
    ],
    program: ({ in: { python }, work }) => [join(python, "venv/bin/python"), join(work, "program.py")],
    env: ({ work }) => ({ PYTHONPATH: join(work, "made") }),
  }),
  ...both({
    title: "openapi-generator (java)",
    needs: ["java"],
    files: () => ({ "Program.java": "java/Program.java" }),
    commands: (place) => [
      generate(place, "java", "made", "--library", "native"),
      [
        "javac",
        "-nowarn",
        "-cp",
        join(place.in.java, "lib/*"),
        "-d",
        "classes",
        "-sourcepath",
        "made/src/main/java",
        "Program.java",
      ],
    ],
    program: ({ in: { java }, work }) => ["java", "-cp", `${join(work, "classes")}:${join(java, "lib/*")}`, "Program"],
  }),
  // They read 3.0 only.
  only(
    "3.0",
    go("oapi-codegen", (place) => [
      join(place.in.go, "bin/oapi-codegen"),
      "-config",
      "oapi-codegen.yaml",
      place.document,
    ]),
  ),
  only(
    "3.0",
    go("ogen", (place) => [
      join(place.in.go, "bin/ogen"),
      ..."--target made --package made --clean --config ogen.yaml".split(" "),
      place.document,
    ]),
  ),
];

export const source = (file: string): string => join(here, file);
