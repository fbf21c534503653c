// common.mjs - a running market as the checks see it: plain HTTP on loopback with the platform's Host header.
import { createRequire } from 'node:module';
import http from 'node:http';

// The npm packages lie in the build tree; MARKET_NODE says where.
export const load = createRequire(`${process.env.MARKET_NODE}/`);

export const refreshToken = 'v^1.1#i^1#p^3#r^1#EXAMPLE-DEMO-REFRESH-TOKEN';
export const client = { id: 'ExampleClientId', secret: 'ExampleClientSecret' };

export function ask(port, { host = 'api.ebay.com', method = 'GET', path, headers = {}, body }) {
	return new Promise((resolve, reject) => {
		const rq = http.request({ host: '127.0.0.1', port, method, path, headers: { Host: host, ...headers } }, (rs) => {
			const parts = [];
			rs.on('data', (part) => parts.push(part));
			rs.on('end', () => {
				const bytes = Buffer.concat(parts);
				const type = rs.headers['content-type'] ?? '';
				resolve({
					status: rs.statusCode, headers: rs.headers, bytes, text: bytes.toString(),
					json: type.startsWith('application/json') && bytes.length ? JSON.parse(bytes) : undefined,
				});
			});
			rs.on('error', reject);
		});
		rq.on('error', reject);
		rq.end(body);
	});
}

export const control = (port, what, body) =>
	ask(port, { host: 'localhost', method: body ? 'POST' : 'GET', path: `/_market/${what}`, body: body && JSON.stringify(body) });

export async function login(port, form = `grant_type=refresh_token&refresh_token=${encodeURIComponent(refreshToken)}`) {
	return ask(port, {
		method: 'POST', path: '/identity/v1/oauth2/token', body: form,
		headers: {
			'Content-Type': 'application/x-www-form-urlencoded',
			Authorization: 'Basic ' + Buffer.from(`${client.id}:${client.secret}`).toString('base64'),
		},
	});
}

// A line per check, and the sums at the end: the last line of every program here.
let passed = 0, failed = 0, skipped = 0;
export function check(name, good, found) {
	if (good) passed++;
	else failed++;
	if (!good) console.log(`FAILED ${name}${found === undefined ? '' : ': ' + (typeof found === 'string' ? found : JSON.stringify(found)).slice(0, 600)}`);
}
export function skip(name, why) {
	skipped++;
	console.log(`skipped ${name}: ${why}`);
}
export function finish() {
	console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
	process.exit(failed ? 1 : 0);
}
