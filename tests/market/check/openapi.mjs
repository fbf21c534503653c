// openapi.mjs PORT - every answer of the market against the vendor's own descriptions: REST bodies against the
// OpenAPI schemas, with no property that they do not know; Trading bodies against the XSD.
import { spawnSync } from 'node:child_process';
import { ask, check, control, finish, login, skip } from './common.mjs';
import { asker, present, specs, validator } from './vendor.mjs';

const port = Number(process.argv[2]);
if (!present) {
	skip('vendor schemas', 'VENDOR_SPECS does not hold them');
	finish();
}
const fulfillment = validator('sell_fulfillment_v1_oas3.json');
const message = validator('commerce_message_v1_oas3.json');
const identity = validator('commerce_identity_v1_oas3.json');

const token = (await login(port)).json.access_token;
const bearer = { Authorization: `Bearer ${token}` };
const rest = asker(port, token);

// ---- Identity, Fulfillment
await rest('getUser', identity, '/user/', 200, { host: 'apiz.ebay.com', path: '/commerce/identity/v1/user/' });
const F = '/sell/fulfillment/v1/order';
const date = (days) => new Date(Date.now() + days * 86400e3).toISOString();
const filter = (text) => `${F}?filter=${encodeURIComponent(text)}`;
const all = await rest('getOrders', fulfillment, '/order', 200, { path: `${F}?limit=200` });
check('getOrders: 25 orders', all.total === 25 && all.orders.length === 25 && !all.next, all.total);
check('getOrders: by creation', all.orders.every((o, i, a) => !i || a[i - 1].creationDate <= o.creationDate));
check('getOrders: no cancelRequests', all.orders.every((o) => o.cancelStatus.cancelRequests.length === 0));
const paged = [];
for (let path = `${F}?limit=7&${filter(`creationdate:[${date(-89)}..]`).split('?')[1]}`; path;) {
	const page = await rest('getOrders page', fulfillment, '/order', 200, { path });
	paged.push(...page.orders.map((o) => o.orderId));
	path = page.next?.replace('https://api.ebay.com', '');
}
check('getOrders: pages give all', new Set(paged).size === 25 && paged.length === 25, paged.length);
for (const [name, path, n] of [
	['open', filter('orderfulfillmentstatus:{NOT_STARTED|IN_PROGRESS}'), 8],
	['shipped', filter('orderfulfillmentstatus:{FULFILLED|IN_PROGRESS}'), 18],
	['modified', filter(`lastmodifieddate:[${date(-3.5)}..${date(0)}]`), 8],
	['modified and open', filter(`lastmodifieddate:[${date(-3.5)}..],orderfulfillmentstatus:{NOT_STARTED|IN_PROGRESS}`), 6],
	['two ids', `${F}?orderIds=10-10001-10001,10-10002-10002,99-99999-99999`, 2],
]) {
	const found = await rest(`getOrders ${name}`, fulfillment, '/order', 200, { path });
	check(`getOrders ${name}: count`, found.total === n && found.orders.length === n, found.total);
}
for (const [id, path] of [
	[30700, filter('colour:{RED}')], [30800, filter('lastmodifieddate:yesterday')], [30810, filter('creationdate:[soon..]')],
	[30820, filter(`creationdate:[..${date(-1)}]`)], [30830, filter(`creationdate:[${date(-900)}..]`)],
	[30840, filter(`creationdate:[${date(-1)}..${date(-2)}]`)], [30850, filter(`creationdate:[${date(-1)}..${date(1)}]`)],
	[30900, `${F}?orderIds=${Array.from({ length: 51 }, (_, i) => i).join()}`], [31000, `${F}?offset=-1`],
	[31100, `${F}?limit=201`], [32800, `${F}?fieldGroups=ALL`],
]) await rest(`getOrders ${id}`, fulfillment, '/order', 400, { path, id });
const raw = await ask(port, { headers: bearer, path: `${F}?filter=creationdate:[${date(-1)}..]` });
check('getOrders: brackets must be encoded', raw.status === 400 && raw.headers['content-type'] === 'text/html', raw.text);
for (const o of all.orders) {
	await rest(`getOrder ${o.orderId}`, fulfillment, '/order/{orderId}', 200, { path: `${F}/${o.orderId}` });
	await rest(`shipments ${o.orderId}`, fulfillment, '/order/{orderId}/shipping_fulfillment', 200, { path: `${F}/${o.orderId}/shipping_fulfillment` });
}
const asked = await rest('getOrder cancelled', fulfillment, '/order/{orderId}', 200, { path: `${F}/10-10025-10025` });
check('getOrder: fills cancelRequests', asked.cancelStatus.cancelRequests.length === 1);
await rest('getOrder unknown', fulfillment, '', 404, { path: `${F}/99-99999-99999`, id: 32100 });

// ---- Message
const M = '/commerce/message/v1';
const members = `${M}/conversation?conversation_type=FROM_MEMBERS`;
const list = await rest('getConversations', message, '/conversation', 200, { path: `${members}&limit=50` });
check('getConversations: 12', list.total === 12 && list.conversations.length === 12, list.total);
await rest('getConversations eBay', message, '/conversation', 200, { path: `${M}/conversation?conversation_type=FROM_EBAY` });
for (const [name, query, n] of [
	['recent', `&start_time=${date(-75 / 1440)}`, 4], ['one buyer', '&other_party_username=example_max', 1],
	['one listing', '&reference_type=LISTING&reference_id=110000000003', 3], ['archived', '&conversation_status=ARCHIVE', 0],
	['between', `&start_time=${date(-1)}&end_time=${date(-2.9 / 24)}`, 2],
]) {
	const found = await rest(`getConversations ${name}`, message, '/conversation', 200, { path: members + query });
	check(`getConversations ${name}: count`, found.total === n, found.total);
}
for (const [id, path] of [
	[355017, `${M}/conversation`], [355017, `${M}/conversation?conversation_type=NONE`], [355001, `${members}&conversation_status=OLD`],
	[355004, `${members}&start_time=${date(-1)}&end_time=${date(-2)}`], [355005, `${members}&start_time=2026-10-01`],
	[355006, `${members}&other_party_username=nobody`], [355003, `${members}&reference_type=ORDER&reference_id=1`],
	[355022, `${members}&reference_id=110000000001`], [355016, `${members}&reference_type=LISTING&reference_id=abc`],
	[355008, `${members}&limit=10&offset=5`], [355009, `${members}&limit=51`],
]) await rest(`getConversations ${id}`, message, '/conversation', 400, { path, id });
for (const c of list.conversations) {
	const path = `${M}/conversation/${c.conversationId}?conversation_type=FROM_MEMBERS`;
	const one = await rest('getConversation', message, '/conversation/{conversation_id}', 200, { path });
	for (const m of one.messages)
		for (const media of m.messageMedia) {
			const picture = await ask(port, { host: 'i.ebayimg.com', path: new URL(media.mediaUrl).pathname });
			const magic = media.mediaName.endsWith('.png') ? '89504e47' : 'ffd8ffe0';
			check(`picture ${media.mediaName}`, picture.status === 200 && picture.bytes.toString('hex', 0, 4) === magic, picture.status);
		}
}
await rest('getConversation unknown', message, '', 400, { path: `${M}/conversation/1?conversation_type=FROM_MEMBERS`, id: 355007 });
const conversationId = list.conversations.find((c) => c.latestMessage.senderUsername === 'example_max').conversationId;
const picture = { mediaName: 'a.jpg', mediaType: 'IMAGE', mediaUrl: 'https://www.example.com/a.jpg' };
const send = (body, status, id) => rest(`sendMessage ${id ?? ''}`, message, '/send_message', status, { method: 'POST', path: `${M}/send_message`, body, id });
await send({ conversationId, messageText: 'Vielen Dank, wir versenden heute.' }, 201);
await send({ conversationId, messageText: 'ä'.repeat(2000), messageMedia: [picture] }, 201);
await send({ otherPartyUsername: 'example_quiet', messageText: 'Hello', reference: { referenceType: 'LISTING', referenceId: '110000000004' } }, 201);
for (const [id, body] of [
	[355015, { conversationId }], [355018, { messageText: 'x' }], [355007, { conversationId: '1', messageText: 'x' }],
	[355013, { conversationId, messageText: 'x'.repeat(2001) }], [355013, { conversationId, messageText: '😀'.repeat(1001) }],
	[355006, { otherPartyUsername: 'nobody', messageText: 'x' }], [355010, { conversationId, messageMedia: Array(6).fill(picture) }],
	[355011, { conversationId, messageMedia: [{ ...picture, mediaType: 'EXE' }] }],
	[355012, { conversationId, messageMedia: [{ mediaName: 'a' }] }],
	[355014, { conversationId, messageMedia: [{ ...picture, mediaUrl: 'http://www.example.com/a' }] }],
	[355021, { otherPartyUsername: 'example_max', messageText: 'x', reference: { referenceType: 'LISTING' } }],
	[355003, { otherPartyUsername: 'example_max', messageText: 'x', reference: { referenceType: 'ORDER', referenceId: '1' } }],
	[355016, { otherPartyUsername: 'example_max', messageText: 'x', reference: { referenceType: 'LISTING', referenceId: 'a' } }],
	[355020, { otherPartyUsername: 'example_max', messageText: 'x', reference: { referenceType: 'LISTING', referenceId: '1' } }],
]) await send(body, 400, id);
const update = (body, status, id) => rest('updateConversation', message, '/update_conversation', status, { method: 'POST', path: `${M}/update_conversation`, body, id });
await update({ conversationId, conversationType: 'FROM_MEMBERS', read: true }, 204);
await update({ conversationId, conversationType: 'FROM_MEMBERS', conversationStatus: 'ARCHIVE' }, 204);
await update({ conversationId, conversationType: 'FROM_MEMBERS', conversationStatus: 'READ' }, 400, 355001);
await update({ conversationId, conversationType: 'X', read: true }, 400, 355002);
await update({ conversationId: '1', conversationType: 'FROM_MEMBERS', read: true }, 400, 355007);
const archived = await rest('archived', message, '/conversation', 200, { path: `${members}&conversation_status=ARCHIVE` });
check('updateConversation: archived and read', archived.total === 1 && archived.conversations[0].unreadCount === 0, archived);
const bulk = (n) => ({ conversations: Array(n).fill({ conversationId, conversationType: 'FROM_MEMBERS', conversationStatus: 'ACTIVE' }) });
await rest('bulkUpdate', message, '/bulk_update_conversation', 200, { method: 'POST', path: `${M}/bulk_update_conversation`, body: bulk(10) });
await rest('bulkUpdate 355019', message, '', 400, { method: 'POST', path: `${M}/bulk_update_conversation`, body: bulk(11), id: 355019 });

// ---- who may call
await rest('no token', message, '', 401, { path: members, headers: {}, id: 1002 });
await rest('wrong token', message, '', 401, { path: members, headers: { Authorization: 'Bearer v^1.1#no' }, id: 1001 });
const narrow = (await login(port, `grant_type=refresh_token&refresh_token=${encodeURIComponent('v^1.1#i^1#p^3#r^1#EXAMPLE-DEMO-REFRESH-TOKEN')}&scope=${encodeURIComponent('https://api.ebay.com/oauth/api_scope/commerce.message')}`)).json.access_token;
await rest('scope missing', fulfillment, '', 403, { path: F, headers: { Authorization: `Bearer ${narrow}` }, id: 1100 });
await rest('wrong host', message, '', 404, { host: 'apiz.ebay.com', path: members, id: 2002 });
const code = (await control(port, 'code', {})).json.code;
const grant = `grant_type=authorization_code&code=${encodeURIComponent(code)}&redirect_uri=Example_Seller-Example-RuName`;
const first = await login(port, grant);
check('authorization_code', first.status === 200 && first.json.refresh_token && first.json.refresh_token_expires_in === 47304000, first.text);
check('authorization_code works once', (await login(port, grant)).json.error === 'invalid_grant');
check('invalid refresh token', (await login(port, 'grant_type=refresh_token&refresh_token=x')).json.error === 'invalid_grant');
const application = await login(port, `grant_type=client_credentials&scope=${encodeURIComponent('https://api.ebay.com/oauth/api_scope')}`);
check('client_credentials', application.json.token_type === 'Application Access Token' && application.json.expires_in === 7200, application.text);
const stranger = await ask(port, { method: 'POST', path: '/identity/v1/oauth2/token', body: 'grant_type=client_credentials', headers: { Authorization: 'Basic eDp5', 'Content-Type': 'application/x-www-form-urlencoded' } });
check('unknown client', stranger.status === 401 && stranger.json.error === 'invalid_client', stranger.text);

// ---- Trading
const ns = 'urn:ebay:apis:eBLBaseComponents';
async function trading(name, call, inner, expect, iaf = token) {
	const body = `<?xml version="1.0" encoding="utf-8"?><${call}Request xmlns="${ns}">${inner}</${call}Request>`;
	const rs = await ask(port, {
		method: 'POST', path: '/ws/api.dll', body, headers: {
			'Content-Type': 'text/xml', 'X-EBAY-API-CALL-NAME': call, 'X-EBAY-API-SITEID': '77',
			'X-EBAY-API-COMPATIBILITY-LEVEL': '1423', ...(iaf && { 'X-EBAY-API-IAF-TOKEN': iaf }),
		},
	});
	for (const [what, text] of [['request', body], ['response', rs.text]]) {
		const lint = spawnSync('xmllint', ['--noout', '--nonet', '--schema', `${specs}/trading_v1423_subset.xsd`, '-'], { input: text });
		if (lint.error) skip(`${name}: ${what}`, 'xmllint is not installed');
		else check(`${name}: ${what} fits the XSD`, lint.status === 0, lint.stderr?.toString());
	}
	check(`${name}: expected`, expect.test(rs.text), rs.text);
	return rs.text;
}
const headers = await trading('headers', 'GetMyMessages', `<DetailLevel>ReturnHeaders</DetailLevel><FolderID>0</FolderID><StartTime>${date(-1)}</StartTime><EndTime>${date(0)}</EndTime>`, /<Ack>Success<.*<MessageID>/s);
const ids = [...headers.matchAll(/<MessageID>(\d+)</g)].map((m) => m[1]);
check('headers: no bodies', ids.length === 13 && !headers.includes('<Text>'), ids.length);
const bodies = await trading('bodies', 'GetMyMessages', `<DetailLevel>ReturnMessages</DetailLevel><MessageIDs>${ids.slice(0, 10).map((i) => `<MessageID>${i}</MessageID>`).join('')}</MessageIDs>`, /<Content>/);
check('bodies: ten', [...bodies.matchAll(/<Message>/g)].length === 10);
await trading('sent folder', 'GetMyMessages', '<DetailLevel>ReturnHeaders</DetailLevel><FolderID>1</FolderID>', /<Sender>example_seller</);
await trading('summary', 'GetMyMessages', '<DetailLevel>ReturnSummary</DetailLevel>', /<TotalMessageCount>/);
await trading('eleven ids', 'GetMyMessages', `<DetailLevel>ReturnMessages</DetailLevel><MessageIDs>${ids.slice(0, 11).map((i) => `<MessageID>${i}</MessageID>`).join('')}</MessageIDs>`, /<ErrorCode>37</);
const exchanges = await trading('GetMemberMessages', 'GetMemberMessages', `<MailMessageType>All</MailMessageType><MessageStatus>Unanswered</MessageStatus><StartCreationTime>${date(-1)}</StartCreationTime><EndCreationTime>${date(0)}</EndCreationTime>`, /<MemberMessageExchange>/);
const parent = exchanges.match(/<SenderID>example_jane<.*?<MessageID>(\d+)</s)[1];
const reply = (recipient, invocation, text) => `<InvocationID>${invocation}</InvocationID><ItemID>110000000003</ItemID><MemberMessage>${recipient}<Body>${text}</Body><ParentMessageID>${parent}</ParentMessageID></MemberMessage>`;
const to = '<RecipientID>example_jane</RecipientID>';
await trading('RTQ without recipient', 'AddMemberMessageRTQ', reply('', '0'.repeat(32), 'Hi'), /<ErrorCode>17443</);
await trading('RTQ', 'AddMemberMessageRTQ', reply(to, '1'.repeat(32), 'It is on its way &amp; should arrive soon.'), /<Ack>Success</);
await trading('RTQ repeated', 'AddMemberMessageRTQ', reply(to, '1'.repeat(32), 'It is on its way &amp; should arrive soon.'), /<DuplicateInvocationID>1{32}</);
await trading('answered', 'GetMemberMessages', '<ItemID>110000000003</ItemID><MailMessageType>All</MailMessageType><MessageStatus>Answered</MessageStatus>', /<Response>It is on its way &amp; should/);
const sent = (await control(port, 'sent')).json.filter((s) => s.via === 'trading');
check('RTQ delivered once', sent.length === 1 && sent[0].times === 1, sent);
await trading('no token', 'GetMyMessages', '<DetailLevel>ReturnSummary</DetailLevel>', /<ErrorCode>930</, null);
await control(port, 'expire', {});
await trading('expired token', 'GetMyMessages', '<DetailLevel>ReturnSummary</DetailLevel>', /<ErrorCode>21917053</);
await rest('expired token', message, '', 401, { path: members, id: 1001 });
finish();
