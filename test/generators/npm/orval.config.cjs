const [input, target] = [process.env.DOCUMENT, process.env.TARGET];
module.exports = {
  gists: { input, output: { target, client: "fetch", baseUrl: { getBaseUrlFromSpecification: true } } },
};
