// An order to its result with fhir-kit-client: node with_fhir_kit_client.mjs order|result BASE CLIENT SECRET NUMBER BUNDLE
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

// It is installed beside the build, not beside this file.
const installed = path.resolve(process.env.GMS_CLIENTS ?? ".", "node_modules/fhir-kit-client/dist/index.js");
const { Client } = await import(pathToFileURL(installed));

const [step, base, id, secret, number, file] = process.argv.slice(2);
const form = new URLSearchParams({ grant_type: "client_credentials" });
const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
const granted = await fetch(`${base}/oauth2/token`, { method: "POST", body: form, headers: { authorization } });
const { access_token: bearerToken } = await granted.json();
const client = new Client({ baseUrl: `${base}/fhir`, bearerToken });
const text = readFileSync(file, "utf8");

const requests = (identifier, more = {}) => client.search({ resourceType: "ServiceRequest", searchParams: { identifier, ...more } });
const resources = (bundle) => (bundle.entry ?? []).map((entry) => entry.resource);
const proband = async (identifier) => resources(await requests(identifier)).find((request) => !request.id.includes("."));

async function order() {
  const statement = await client.capabilityStatement();
  assert.equal(statement.fhirVersion, "4.0.1");
  const made = await client.transaction({ body: JSON.parse(text) });
  assert.equal(made.type, "transaction-response");
  let page = await requests(number, { _count: 1 });
  const seen = [];
  while (page) {
    seen.push(...resources(page).map((request) => request.id));
    page = page.link.some((link) => link.relation === "next") ? await client.nextPage({ bundle: page }) : undefined;
  }
  assert.equal(new Set(seen).size, 3, "page by page");
  const first = await proband(number);
  assert.equal((await client.vread({ resourceType: "ServiceRequest", id: first.id, version: "1" })).status, "active");
  const history = await client.history({ resourceType: "ServiceRequest", id: first.id });
  assert.equal(history.type, "history");
  const found = await client.search({
    resourceType: "Patient", searchParams: { family: "bell" }, options: { postSearch: true },
  });
  assert.ok(found.total >= 3, JSON.stringify(found));
  const other = `${number}-X`;
  await client.transaction({ body: JSON.parse(text.replaceAll(number, other)) });
  const ended = await proband(other);
  const jsonPatch = [{ op: "test", path: "/status", value: "active" }, { op: "replace", path: "/status", value: "revoked" }];
  const patched = await client.patch({ resourceType: "ServiceRequest", id: ended.id, jsonPatch });
  assert.equal(patched.status, "revoked");
  const stale = { resourceType: "ServiceRequest", id: ended.id, body: patched, options: { headers: { "If-Match": 'W/"1"' } } };
  await assert.rejects(client.update(stale), (refused) => refused.response.status === 412);
  const hook = await client.create({
    resourceType: "Subscription",
    body: {
      resourceType: "Subscription", status: "requested", reason: "To know", criteria: "ServiceRequest?status=completed",
      channel: { type: "rest-hook", endpoint: "https://hospital.example/notified" },
    },
  });
  assert.equal(hook.status, "requested");
  await client.delete({ resourceType: "Subscription", id: hook.id });
  await assert.rejects(client.read({ resourceType: "Subscription", id: hook.id }), (refused) => refused.response.status === 404);
  const activity = await client.search({ resourceType: "ActivityDefinition", searchParams: { code: "R98.2" } });
  assert.deepEqual(resources(activity).map((one) => one.id), ["R98.2"]);
}

async function result() {
  const request = await proband(number);
  const bundle = await client.search({
    resourceType: "DiagnosticReport",
    searchParams: { "based-on": `ServiceRequest/${request.id}`, _include: ["DiagnosticReport:result", "DiagnosticReport:patient"] },
  });
  const report = resources(bundle).find((one) => one.resourceType === "DiagnosticReport");
  assert.equal(report.status, "final");
  const kinds = new Set(resources(bundle).map((one) => one.resourceType));
  assert.deepEqual([...kinds].sort(), ["DiagnosticReport", "Observation", "Patient"]);
  const person = await client.resolve({ reference: report.subject.reference, context: bundle });
  assert.equal(person.birthDate, "2019-06-01");
  const document = await client.operation({ name: "document", resourceType: "Composition", id: person.id, method: "GET" });
  assert.equal(document.entry[0].resource.resourceType, "Composition");
  const searchParams = { focus: `ServiceRequest/${request.id}`, code: "distribute-report" };
  const [task] = resources(await client.search({ resourceType: "Task", searchParams }));
  const done = await client.update({ resourceType: "Task", id: task.id, body: { ...task, status: "completed" } });
  assert.equal(done.status, "completed");
}

await { order, result }[step]();
