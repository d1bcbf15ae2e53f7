// Upload a CSV file with @kth/canvas-api, follow the import, create a term, and list accounts page by page.
// Arguments: url, token, file. Prints one JSON object.
const { File } = require("node:buffer");
const { readFileSync } = require("node:fs");
const { basename } = require("node:path");
const { CanvasApi } = require("@kth/canvas-api");

async function main([url, token, file]) {
  const canvas = new CanvasApi(`${url}/api/v1`, token);
  const created = (await canvas.sisImport(new File([readFileSync(file)], basename(file)))).json;
  let shown = created;
  while (!shown.ended_at) {
    shown = (await canvas.get(`accounts/1/sis_imports/${created.id}`)).json;
  }
  const term = (await canvas.request("accounts/1/terms", "POST", { enrollment_term: { name: "Spring" } })).json;
  const names = [];
  for await (const account of canvas.listItems("accounts/1/sub_accounts", { per_page: 5 })) {
    names.push(account.name);
  }
  const missing = await canvas.get("courses/99999").catch((error) => error.response.statusCode);
  console.log(JSON.stringify({ created, shown, term, names, missing }));
}

main(process.argv.slice(2));
