// Checks each request (JSON lines on standard input, from `requests`) against eBay's own words: REST against its OpenAPI with Prism,
// Post-Order against the schema derived from its pages, XML against its schema with xmllint, the token endpoint and uploads against the layout of
// their sample requests.  Ends with "N passed, N failed".
//
//     requests TAPES | node ebay.mjs SPECS NODE_MODULES_PARENT
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { sampleRequests } from "./samples.mjs";

const [specs, modules] = process.argv.slice(2);
const require = createRequire(resolve(modules) + "/");
const { getHttpOperationsFromSpec } = require("@stoplight/prism-http");
const { createClientFromOperations } = require("@stoplight/prism-http/dist/client");

const silent = { child: () => silent, level: "silent" };
for (const level of ["trace", "debug", "info", "warn", "error", "fatal", "success"]) silent[level] = () => {};

const apis = [];
for (const [host, base, file] of [
	["api", "/commerce/message/v1", "commerce_message_v1_oas3.json"],
	["api", "/sell/fulfillment/v1", "sell_fulfillment_v1_oas3.json"],
	["apiz", "/commerce/identity/v1", "commerce_identity_v1_oas3.json"],
	["api", "/commerce/feedback/v1", "commerce_feedback_v1_beta_oas3.json"],
	["api", "/commerce/notification/v1", "commerce_notification_v1_oas3.json"],
	["api", "/sell/analytics/v1", "sell_analytics_v1_oas3.json"],
	["api", "/developer/analytics/v1_beta", "developer_analytics_v1_beta_oas3.json"],
	["apiz", "/developer/key_management/v1", "developer_key_management_v1_oas3.json"],
]) {
	const operations = await getHttpOperationsFromSpec(`${specs}/ebay/${file}`);
	const config = {
		mock: { dynamic: false }, isProxy: false, validateRequest: true, validateResponse: false,
		checkSecurity: true, errors: false, upstreamProxy: undefined, logger: silent,
	};
	apis.push({ host, base, operations, client: createClientFromOperations(operations, config) });
}

// What has to turn up among the requests, so that an empty list of tapes does not pass.
const wanted = new Set([
	"get /conversation", "get /conversation/{conversation_id}", "post /send_message", "get /order",
	"get /order/{orderId}/shipping_fulfillment", "post /order/{orderId}/shipping_fulfillment", "get /order/{orderId}",
	"post /order/{order_id}/issue_refund", "get /feedback", "post /feedback", "post /respond_to_feedback", "get /awaiting_feedback",
	"get /seller_standards_profile", "get /customer_service_metric/{customer_service_metric_type}/{evaluation_type}",
	"get /public_key/{public_key_id}", "get /destination", "get /subscription", "get /rate_limit/", "get /signing_key", "get /user/", "authorization_code", "refresh_token", "client_credentials",
	"SearchReturns", "GetReturn", "GetReturnFiles", "ProcessReturnRequest", "IssueReturnRefund", "SendReturnMessage", "MarkReturnReceived",
	"UploadReturnFile", "AddShippingLabelInfo", "EscalateReturn", "SearchCases", "GetCase", "AppealCaseDecision",
	"CheckCancellationEligibility", "SubmitCancellationRequest",
	"GetMyMessages ReturnHeaders", "GetMyMessages ReturnMessages", "GetMemberMessages", "AddMemberMessageRTQ",
]);
for (const name of [
	"get /payment_dispute_summary", "get /payment_dispute/{payment_dispute_id}", "get /payment_dispute/{payment_dispute_id}/activity",
	"post /payment_dispute/{payment_dispute_id}/contest", "post /payment_dispute/{payment_dispute_id}/accept",
	"post /payment_dispute/{payment_dispute_id}/upload_evidence_file", "post /payment_dispute/{payment_dispute_id}/add_evidence",
	"SearchInquiries", "GetInquiry", "ProvideInquiryShipmentInfo", "IssueInquiryRefund", "SendInquiryMessage", "EscalateInquiry",
	"SearchCancellations", "GetCancellation", "ApproveCancellationRequest", "RejectCancellationRequest",
]) wanted.add(name);
const seen = new Set();

function matches(template, path) {
	const pattern = template.split(/\{[^}]*\}/).map((s) => s.replace(/[.*+?^$()|[\]\\]/g, "\\$&")).join("[^/]+");
	return new RegExp(`^${pattern}$`).test(path);
}

async function rest(request, url) {
	const api = apis.find((a) => url.pathname.startsWith(a.base + "/"));
	if (!api) return [`no API has ${url.pathname}`];
	const path = url.pathname.slice(api.base.length);
	const host = path.startsWith("/payment_dispute") ? "apiz" : api.host;
	if (url.hostname !== `${host}.ebay.com`) return [`host ${url.hostname}, expected ${host}.ebay.com`];
	const method = request.method.toLowerCase();
	const operation = api.operations.filter((o) => o.method === method && matches(o.path, path))
		.sort((a, b) => a.path.split("{").length - b.path.split("{").length)[0];
	if (!operation) return [`no operation ${method} ${path}`];
	seen.add(`${method} ${operation.path}`);

	const problems = [];
	// Prism lets unknown query parameters pass
	for (const name of url.searchParams.keys())
		if (!(operation.request?.query ?? []).some((q) => q.name === name)) problems.push(`unknown parameter ${name}`);
	if (path.endsWith("/upload_evidence_file")) return problems.concat(upload(request));
	const body = request.body ? JSON.parse(request.body) : undefined;
	const schema = operation.request?.body?.contents?.[0]?.schema;
	for (const name of Object.keys(body ?? {}))
		if (!schema?.properties?.[name]) problems.push(`unknown property ${name}`);
	const headers = Object.fromEntries(request.headers.map(([k, v]) => [k.toLowerCase(), v]));
	// the text of this parameter shows it repeated, its type does not allow that
	const search = url.search.replace("payment_dispute_status=OPEN&payment_dispute_status=ACTION_NEEDED", "payment_dispute_status=OPEN");
	const answer = await api.client.request(path + search, { method, headers, body });
	return problems.concat(answer.violations.input.map((v) => `${(v.path ?? []).join(".")}: ${v.message}`));
}

// One file as the sample has it: a single part of that name, between lines of the boundary.
function upload(request) {
	const boundary = /boundary=(\S+)$/.exec(request.headers.find(([k]) => k === "Content-Type")?.[1])?.[1];
	const sample = readFileSync(`${specs}/ebay/samples/payment_dispute/uploadEvidenceFile.request.txt`, "utf8");
	const part = /Content-Disposition: form-data; name="(\w+)"; filename="/;
	const pieces = request.body.split(`--${boundary}`);
	const problems = [];
	if (pieces.length !== 3 || pieces[0] || pieces[2] !== "--\r\n") problems.push("not one part between its boundaries");
	if (part.exec(pieces[1])?.[1] !== part.exec(sample)[1]) problems.push("the part has another name");
	if (!/\r\nContent-Type: image\/(jpeg|png)\r\n\r\n/.test(pieces[1])) problems.push("not a picture");
	return problems;
}

// The Post-Order API has no OpenAPI; its schema lists operations, bodies and words.  What it does not know is refused.
const schema = JSON.parse(readFileSync(`${specs}/ebay/post_order_v2.schema.json`, "utf8"));
const closed = (node) => {
	if (node?.type === "object" && node.properties) node.additionalProperties = false;
	if (node && typeof node === "object") Object.values(node).forEach(closed);
};
closed(schema.$defs);
const ajv = new (require("ajv/dist/2020").default)({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(schema, "post-order");

// Names of parameters and properties whose values are words of an enumeration.
const words = {
	decision: "DecisionEnum", refundFeeType: "RefundFeeTypeEnum", filePurpose: "FilePurposeEnum", labelAction: "LabelActionEnum",
	carrierEnum: "ShippingCarrierEnum", reason: "EscalateReasonEnum", escalationReason: "InquiryEscalationReasonEnum",
	cancelReason: "CancelReasonEnum", return_state: "ReturnCountFilterEnum", fieldgroups: "GetReturnFieldGroupEnum",
	inquiry_status: "InquiryStatusFilter",
};
const sorts = { SearchCancellations: "CancelSortTypeEnum", SearchReturns: "ReturnSortEnum" };
const limits = { SearchCancellations: 500 };

function unknownWords(value, name) {
	if (value !== null && typeof value === "object")
		return Object.entries(value).flatMap(([k, v]) => unknownWords(v, Array.isArray(value) ? name : k));
	const known = schema["x-enums"][words[name]];
	return known && !known.includes(value) ? [`${name} ${value} is no ${words[name]}`] : [];
}

function postOrder(request, url) {
	const operation = schema["x-operations"].filter((o) => o.method === request.method && matches(o.path, url.pathname))
		.sort((a, b) => a.path.split("{").length - b.path.split("{").length)[0];
	if (!operation) return [`no operation ${request.method} ${url.pathname}`];
	seen.add(operation.operation);
	const problems = [];
	if (url.hostname !== "api.ebay.com") problems.push(`host ${url.hostname}`);
	if (!request.headers.some(([k, v]) => k === "Authorization" && v.startsWith("IAF "))) problems.push("no IAF token");
	if (!request.headers.some(([k, v]) => k === "X-EBAY-C-MARKETPLACE-ID" && /^EBAY_[A-Z_]+$/.test(v))) problems.push("no marketplace");
	for (const [name, value] of url.searchParams)
		problems.push(...(operation.params.includes(name) ? unknownWords(value, name) : [`unknown parameter ${name}`]));
	const sort = url.searchParams.get("sort"), sortWords = schema["x-enums"][sorts[operation.operation]];
	if (sort && sortWords && !sortWords.includes(sort.replace(/^-/, ""))) problems.push(`sort ${sort}`);
	if (Number(url.searchParams.get("limit") ?? 1) > (limits[operation.operation] ?? 200)) problems.push("too high a limit");
	if (!operation.request) return request.body ? problems.concat("a body") : problems;
	const body = JSON.parse(request.body);
	const valid = ajv.getSchema(`post-order${operation.request.$ref}`);
	if (!valid(body)) problems.push(...valid.errors.map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`));
	return problems.concat(unknownWords(body));
}

// The layout of a token request: method and path, kinds of headers, names of the fields.
function layout(head, body) {
	const lines = head.split("\n");
	const names = lines.slice(1).filter((l) => !/^host:/i.test(l)).map((l) => l.replace(/:.*/, "").toLowerCase()).sort();
	const basic = lines.find((l) => /^authorization:/i.test(l))?.split(" ")[1];
	const type = lines.find((l) => /^content-type:/i.test(l))?.split(" ")[1];
	return { line: lines[0].replace(/ HTTP.*/, ""), names, basic, type, fields: new URLSearchParams(body) };
}

function token(request, url) {
	const mine = layout([`${request.method} ${url.pathname}`, ...request.headers.map(([k, v]) => `${k}: ${v}`)].join("\n"), request.body);
	const grant = mine.fields.get("grant_type");
	seen.add(grant);
	if (grant === "client_credentials") return mine.fields.get("scope") ? [] : ["no scope"];
	const file = grant === "refresh_token" ? "token_refresh" : "token_authorization_code";
	const [head, body] = readFileSync(`${specs}/ebay/samples/oauth/${file}.request.txt`, "utf8").split("\n\n");
	const theirs = layout(head, body.trim());
	const problems = [];
	if (mine.line !== theirs.line) problems.push(`${mine.line}, expected ${theirs.line}`);
	for (const name of theirs.names) if (!mine.names.includes(name)) problems.push(`no header ${name}`);
	if (mine.basic !== theirs.basic || mine.type !== theirs.type) problems.push(`${mine.basic} ${mine.type}`);
	for (const name of mine.fields.keys()) if (!theirs.fields.has(name)) problems.push(`unknown field ${name}`);
	for (const name of theirs.fields.keys()) if (name !== "scope" && !mine.fields.get(name)) problems.push(`no field ${name}`);
	return problems;
}

function xml(request) {
	const call = request.headers.find(([k]) => k === "X-EBAY-API-CALL-NAME")?.[1];
	const detail = /<DetailLevel>(\w+)/.exec(request.body)?.[1];
	seen.add(call).add(`${call} ${detail}`);
	const problems = request.body.includes(`<${call}Request `) ? [] : [`body is not a ${call}Request`];
	try {
		execFileSync("xmllint", ["--noout", "--nonet", "--schema", `${specs}/ebay/trading_v1423_subset.xsd`, "-"],
			{ input: request.body, stdio: ["pipe", "ignore", "pipe"] });
	} catch (e) {
		problems.push(String(e.stderr ?? e));
	}
	return problems;
}

function judge(request) {
	const url = new URL(request.url.replace(".sandbox.", "."));
	const check = url.pathname === "/ws/api.dll" ? xml : url.pathname === "/identity/v1/oauth2/token" ? token :
		url.pathname.startsWith("/post-order/v2/") ? postOrder : rest;
	return check(request, url);
}

// Every row of the connector's tables has to have a request that is good.
const rows = new Map();
let passed = 0, failed = 0;
for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
	const request = JSON.parse(line);
	if (!request.url) {
		rows.set(request.row, 0);
		continue;
	}
	const problems = await judge(request);
	if (!rows.has(request.row)) problems.push(`no row ${request.row}`);
	if (problems.length) console.log(`${request.tape}: ${problems.join("; ")}`);
	else rows.set(request.row, rows.get(request.row) + 1);
	problems.length ? failed++ : passed++;
}
for (const [row, n] of rows) {
	n ? passed++ : failed++;
	if (!n) console.log(`no good request of: ${row}`);
}
for (const name of wanted)
	if (!seen.has(name)) {
		console.log(`never asked: ${name}`);
		failed++;
	}
// Every operation there is was asked above, or the connector's README names it and says why not.
const readme = readFileSync(new URL("../../../connectors/ebay/README.md", import.meta.url), "utf8");
const operations = schema["x-operations"].map((o) => [o.operation, o.operation])
	.concat(apis.flatMap((a) => a.operations.map((o) => [`${o.method} ${o.path}`, o.iid])))
	.concat([...readFileSync(`${specs}/ebay/trading_v1423_subset.xsd`, "utf8").matchAll(/element name="(\w+)Request"/g)].map((m) => [m[1], m[1]]));
for (const [asked, name] of operations) {
	const known = seen.has(asked) || readme.includes(`\`${name}\``);
	known ? passed++ : failed++;
	if (!known) console.log(`neither asked nor named in the connector's README: ${name} (${asked})`);
}
for (const request of sampleRequests(`${specs}/ebay/samples`)) {
	const problems = request.url ? await judge(request) : ["nobody knows where it goes"];
	if (problems.length) console.log(`${request.sample}: ${problems.join("; ")}`);
	problems.length ? failed++ : passed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
