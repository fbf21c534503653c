// vendor.mjs - the vendor's own descriptions as judges of the market's answers.
import fs from 'node:fs';
import { ask, check, load } from './common.mjs';

export const specs = `${process.env.VENDOR_SPECS}/ebay`;
export const present = fs.existsSync(`${specs}/sell_fulfillment_v1_oas3.json`);

// OpenAPI 3.0 leaves objects open; here an unknown property is a mistake of ours.
function strict(node) {
	if (Array.isArray(node)) node.forEach(strict);
	else if (node && typeof node === 'object') {
		if (node.type === 'object' && node.properties && node.additionalProperties !== false && Object.keys(node.properties).length)
			node.additionalProperties = false;
		Object.values(node).forEach(strict);
	}
	return node;
}

function words(f) {
	return f.errors.map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`).join('; ');
}

const options = { strict: false, allErrors: true, validateFormats: false };

export function validator(file) {
	const Ajv = load('ajv').default;
	const description = strict(JSON.parse(fs.readFileSync(`${specs}/${file}`)));
	const ajv = new Ajv(options);
	ajv.addSchema({ $id: 'api', components: description.components });
	return {
		schemaOf(path, method, status) {
			const content = description.paths[path][method].responses[status]?.content;
			return content && Object.values(content)[0].schema.$ref;
		},
		validate: (ref, value) => {
			const f = ajv.getSchema(`api${ref}`);
			return f(value) ? null : words(f);
		},
	};
}

// The Post-Order API has no OpenAPI file: a schema was derived from its pages.
export function postOrder() {
	const Ajv = load('ajv/dist/2020').default;
	const description = strict(JSON.parse(fs.readFileSync(`${specs}/post_order_v2.schema.json`)));
	const ajv = new Ajv(options);
	ajv.addSchema(description, 'post-order');
	return {
		enumeration: description['x-enums'],
		validate: (method, path, what, value) => {
			const operation = description['x-operations'].find((o) => o.method === method && o.path === path);
			if (!operation?.[what]) return value === undefined ? null : `no ${what} of ${method} ${path}`;
			const f = ajv.getSchema(`post-order${operation[what].$ref}`);
			return f(value) ? null : words(f);
		},
	};
}

// One request of a REST API and its judgement: `rq` as for ask(), `id` the error that is expected.
export function asker(port, token) {
	return async function rest(name, spec, template, status, rq) {
		const method = rq.method ?? 'GET';
		const bearer = { Authorization: `Bearer ${token}` };
		const headers = method === 'GET' ? bearer : { ...bearer, 'Content-Type': 'application/json' };
		const rs = await ask(port, { headers, ...rq, body: rq.body && JSON.stringify(rq.body) });
		check(`${name}: status`, rs.status === status, `${rs.status} ${rs.text}`);
		if (status >= 400) {
			const wrong = spec.validate('#/components/schemas/Error', rs.json?.errors?.[0] ?? 'no errors[0]');
			check(`${name}: error layout`, !wrong, wrong);
			check(`${name}: documented`, rq.id === undefined || rs.json?.errors?.[0]?.errorId === rq.id, rs.text);
			return rs.json;
		}
		const ref = spec.schemaOf(template, method.toLowerCase(), status);
		check(`${name}: body`, status === 204 ? !rs.bytes.length : !ref || !!rs.bytes.length, rs.text);
		if (ref) {
			const wrong = spec.validate(ref, rs.json);
			check(`${name}: schema`, !wrong, wrong);
		}
		return rs.json;
	};
}
