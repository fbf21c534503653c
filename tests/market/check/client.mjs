// client.mjs PORT [TLS_PORT CA_FILE] - the npm package ebay-api, a client nobody here wrote, works with the market.
// It believes that it talks to https://api.ebay.com; only its sockets are led to loopback.
import fs from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { check, client, finish, load, refreshToken, skip } from './common.mjs';

const [port, tlsPort, caFile] = process.argv.slice(2);
const eBayApi = load('ebay-api');

class Loopback extends https.Agent {
	constructor(to, ca) {
		super();
		this.to = to;
		this.ca = ca;
	}
	createConnection(options) {
		return this.ca
			? tls.connect({ host: '127.0.0.1', port: this.to, ca: this.ca, servername: options.servername ?? options.host })
			: net.connect(this.to, '127.0.0.1');
	}
}

// Every access token is over its time now; the client must get over that by itself.
const expire = (agent) =>
	new Promise((resolve, reject) => {
		const rq = https.request({ agent, host: 'api.ebay.com', path: '/_market/expire', method: 'POST' }, (rs) => rs.resume().on('end', resolve));
		rq.on('error', reject).end();
	});

async function read(name, agent) {
	const ebay = new (eBayApi.default ?? eBayApi)({
		appId: client.id, certId: client.secret, sandbox: false, ruName: 'Example_Seller-Example-RuName',
		axiosConfig: { httpsAgent: agent, proxy: false },
	});
	ebay.OAuth2.setCredentials({ refresh_token: refreshToken, access_token: 'v^1.1#stale', expires_in: 0, refresh_token_expires_in: 1, token_type: 'User Access Token' });
	ebay.OAuth2.setScope(['sell.fulfillment', 'commerce.message', 'commerce.identity.readonly'].map((s) => `https://api.ebay.com/oauth/api_scope/${s}`));
	await ebay.OAuth2.refreshToken();

	const me = await ebay.commerce.identity.getUser();
	check(`${name}: getUser`, me.username === 'example_seller', me);

	const orders = [];
	for (let offset = 0, total = 1; offset < total; offset += 10) {
		const page = await ebay.sell.fulfillment.getOrders({ limit: 10, offset, filter: `creationdate:[${new Date(Date.now() - 89 * 86400e3).toISOString()}..]` });
		orders.push(...page.orders);
		total = page.total;
	}
	check(`${name}: getOrders`, orders.length === 25 && new Set(orders.map((o) => o.orderId)).size === 25, orders.length);
	const order = await ebay.sell.fulfillment.getOrder(orders[0].orderId);
	check(`${name}: getOrder`, order.lineItems.length === 1 && order.buyer.username.startsWith('example_'), order);
	const shipped = await ebay.sell.fulfillment.getShippingFulfillments('10-10001-10001');
	check(`${name}: getShippingFulfillments`, shipped.fulfillments[0].shipmentTrackingNumber === '00340434161094000001', shipped);

	const found = await ebay.commerce.message.getConversations({ conversationType: 'FROM_MEMBERS', limit: 50, otherPartyUsername: 'example_hanako' });
	check(`${name}: getConversations`, found.total === 1 && found.conversations[0].latestMessage.messageBody.startsWith('お世話'), found);
	const { conversationId } = found.conversations[0];
	const text = `ご連絡ありがとうございます (${name})`;
	const sent = await ebay.commerce.message.sendMessage({ conversationId, messageText: text });
	check(`${name}: sendMessage`, sent.senderUserName === 'example_seller' && sent.messageBody === text, sent);
	const thread = await ebay.commerce.message.getConversation(conversationId, { conversationType: 'FROM_MEMBERS' });
	check(`${name}: getConversation`, thread.messages[0].messageId === sent.messageId, thread);
	await ebay.commerce.message.updateConversation({ conversationId, conversationType: 'FROM_MEMBERS', read: true });

	const inbox = await ebay.trading.GetMyMessages({ DetailLevel: 'ReturnSummary' });
	check(`${name}: GetMyMessages`, inbox.Ack === 'Success' && inbox.Summary.TotalMessageCount > 10, inbox);
	const refused = await ebay.commerce.message.sendMessage({ conversationId }).then(() => null, (e) => e);
	check(`${name}: its error reader knows ours`, refused?.meta?.errorId === 355015 || /355015/.test(JSON.stringify(refused?.meta)), refused?.meta);

	await expire(agent);
	const again = await ebay.commerce.identity.getUser();
	check(`${name}: refreshes an expired token`, again.username === 'example_seller', again);
}

const run = (name, agent) => read(name, agent).catch((e) => check(`${name}: no exception`, false, `${e.message} ${e.stack}`));
await run('plain', new Loopback(port));
if (tlsPort) await run('tls', new Loopback(tlsPort, fs.readFileSync(caFile)));
else skip('tls', 'no TLS_PORT and CA_FILE');
finish();
