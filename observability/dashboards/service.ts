import { toDashboard } from "./dashboard.ts";
import { cache } from "./service/cache.ts";
import { github } from "./service/github.ts";
import { objectives } from "./service/objectives.ts";
import { processes } from "./service/processes.ts";
import { traffic } from "./service/requests.ts";

export const service = toDashboard({
  uid: "edge-gists-service",
  title: "Edge Gists: service",
  description: "Do clients get responses, fast and fresh, and how long will GitHub's quota last?",
  rows: [
    { title: "Objectives", panels: objectives },
    { title: "Requests", panels: traffic },
    { title: "Cache", panels: cache },
    { title: "GitHub", panels: github },
    { title: "Processes", panels: processes },
  ],
});
