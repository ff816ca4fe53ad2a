import { readName, yes } from "../scripts/options.mjs";

const usage = `
npm run release [-- --yes|--dry-run|--rehearse], npm run release sbom|scan|announce

Publishes what the tag v<version> names: the image of both architectures and the charts, signed by
cosign without a key of ours (https://docs.sigstore.dev/cosign/signing/overview). Runs in GitHub
Actions, logged in to the registry. Asks first; needs --yes where there is no terminal.
`;
const names = {
  sbom: "write the bill of materials",
  scan: "look for known vulnerabilities",
  announce: "make the release on GitHub",
};
const { name, values } = readName({
  usage,
  names,
  options: {
    "dry-run": {
      type: "boolean",
      default: false,
      description: "make what can be made here, and say what would be published",
    },
    rehearse: {
      type: "boolean",
      default: false,
      description: "publish to a registry of its own on this machine, and verify that",
    },
    without: {
      type: "string",
      value: "image",
      description: "rehearse without the image, which needs docker buildx with both architectures",
    },
    ...yes,
  },
});

try {
  if (name) {
    const { main } = await import(`./${name}.mjs`);
    await main();
  } else {
    const { publishRelease } = await import("./publish.mjs");
    await publishRelease(values);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
