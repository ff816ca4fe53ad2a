/** Responses of 400 and above are folded: an operation has fifteen of them, which say the same as those of any other. */
const foldErrors = () => ({
  wrapComponents: {
    response: (Response, { React: { createElement } }) =>
      function FoldedResponse(props) {
        const row = createElement(Response, props);
        if (!(Number(props.code) >= 400)) return row;
        const text = `${props.code} ${props.response.get("description") ?? ""}`;
        const table = createElement("table", null, createElement("tbody", null, row));
        const details = createElement("details", null, createElement("summary", null, text), table);
        return createElement("tr", { className: "folded" }, createElement("td", { colSpan: 3 }, details));
      },
  },
});

// The viewer never asks another origin: no validator badge, no fonts from elsewhere.
window.SwaggerUIBundle({
  url: new URL("openapi.json", document.baseURI).href,
  dom_id: "#docs",
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  plugins: [foldErrors],
});
