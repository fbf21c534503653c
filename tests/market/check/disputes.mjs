// disputes.mjs PORT - every answer about disputes, feedback and money against the vendor's descriptions, and what the deeds lead to.
import crypto from 'node:crypto';
import http from 'node:http';
import { ask, check, control, finish, login, skip } from './common.mjs';
import { asker, postOrder, present, validator } from './vendor.mjs';

const port = Number(process.argv[2]);
if (!present) {
	skip('vendor schemas of disputes', 'VENDOR_SPECS does not hold them');
	finish();
}
const token = (await login(port)).json.access_token;
const rest = asker(port, token);
const fulfillment = validator('sell_fulfillment_v1_oas3.json');
const feedback = validator('commerce_feedback_v1_beta_oas3.json');
const analytics = validator('sell_analytics_v1_oas3.json');
const notification = validator('commerce_notification_v1_oas3.json');
const rates = validator('developer_analytics_v1_beta_oas3.json');
const keyManagement = validator('developer_key_management_v1_oas3.json');
const post = postOrder();
const F = '/sell/fulfillment/v1', P = '/post-order/v2';

// ---- Post-Order
const known = new Set(Object.values(post.enumeration).flatMap((e) => (Array.isArray(e) ? e : Object.keys(e))));
async function po(name, method, template, id, status, body, { query = '', error, headers = {} } = {}) {
	const path = `${P}${template}`;
	if (body !== undefined && status === 200) {
		const wrong = post.validate(method, path, 'request', body);
		check(`${name}: request`, !wrong, wrong);
	}
	const rs = await ask(port, {
		method, path: path.replace(/\{[^}]*\}/, id) + query, body: body && JSON.stringify(body),
		headers: { Authorization: `IAF ${token}`, ...(body && { 'Content-Type': 'application/json' }), ...headers },
	});
	check(`${name}: status`, rs.status === status, `${rs.status} ${rs.text}`);
	if (status !== 200) {
		check(`${name}: error`, rs.json?.error?.[0]?.errorId === error, rs.text);
		return rs.json;
	}
	const wrong = post.validate(method, path, 'response', rs.json);
	check(`${name}: schema`, !wrong, wrong);
	// words in capitals are the vendor's
	for (const [, key, word] of rs.text.matchAll(/"(state|status|activityDue|actionType|[a-zA-Z]*(?:Reason|Status|State|Enum))":"([A-Z_]+)"/g))
		check(`${name}: ${key} ${word}`, known.has(word) || key === 'fundingStatus', word);
	return rs.json;
}
const truth = async (id) => (await control(port, 'disputes')).json.find((d) => d.dispute === id);
const open = async (body) => {
	const rs = await control(port, 'dispute', body);
	check(`open a ${body.kind}`, rs.status === 200, rs.text);
	return rs.json.dispute;
};
const act = async (body) => {
	const rs = await control(port, 'dispute', body);
	check(`${body.by} ${body.act}`, rs.status === 200, rs.text);
};
const comments = { content: 'Guten Tag' };
const message = { message: comments };
const amount = (value, currency = 'EUR') => ({ value, currency });

const text = 'Der Deckel schließt nicht.';
let id = await open({ kind: 'return', order: '10-10001-10001', reason: 'DEFECTIVE_ITEM', text });
await po('searchReturns', 'GET', '/return/search', '', 200, undefined, { query: '?return_state=ALL_OPEN&limit=200' });
const one = await po('getReturn', 'GET', '/return/{returnId}', id, 200);
check('getReturn: both parts', one.summary.returnId === id && one.detail.responseHistory.length === 1, one);
check('getReturn: what the buyer wrote', one.summary.creationInfo.comments.content === text, one.summary);
check('getReturn: the clock', one.summary.sellerResponseDue.activityDue === 'SELLER_APPROVE_REQUEST', one.summary);
const full = await po('getReturn FULL', 'GET', '/return/{returnId}', id, 200, undefined, { query: '?fieldgroups=FULL' });
check('getReturn FULL: detail alone', full.detail && !full.summary, full);
await po('getReturn unknown', 'GET', '/return/{returnId}', '1', 404, undefined, { error: 11001 });
await po('sendReturnMessage', 'POST', '/return/{returnId}/send_message', id, 200, message);
await po('decline is for remorse', 'POST', '/return/{returnId}/decide', id, 400, { decision: 'DECLINE', comments }, { error: 1600 });
await po('decide: nonsense', 'POST', '/return/{returnId}/decide', id, 400, { decision: 'X' }, { error: 1602 });
await po('offer', 'POST', '/return/{returnId}/decide', id, 200, { decision: 'OFFER_PARTIAL_REFUND', partialRefundAmount: amount(5), keepOriginalItem: true, comments });
await act({ dispute: id, by: 'buyer', act: 'decline' });
await po('approve', 'POST', '/return/{returnId}/decide', id, 200, { decision: 'APPROVE', comments });
await po('approve twice', 'POST', '/return/{returnId}/decide', id, 400, { decision: 'APPROVE', comments }, { error: 1600 });
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const file = { fileName: 'proof.png', filePurpose: 'ITEM_RELATED', data: png.toString('base64') };
await po('upload', 'POST', '/return/{returnId}/file/upload', id, 200, file);
await po('upload of no picture', 'POST', '/return/{returnId}/file/upload', id, 400, { ...file, data: 'aGFsbG8=' }, { error: 1602 });
const files = await po('files', 'GET', '/return/{returnId}/files', id, 200);
check('files: the bytes', files.files[0].fileData === file.data, files);
await act({ dispute: id, by: 'buyer', act: 'ship', carrier: 'DHL', tracking: 'EX1' });
await po('received', 'POST', '/return/{returnId}/mark_as_received', id, 200, { comments });
const refund = (total, parts) => ({ refundDetail: { itemizedRefundDetail: parts.map((v) => ({ refundFeeType: 'PURCHASE_PRICE', refundAmount: amount(v) })), totalAmount: amount(total) }, comments });
await po('refund: parts differ', 'POST', '/return/{returnId}/issue_refund', id, 400, refund(3, [2]), { error: 1601 });
await po('refund: too much', 'POST', '/return/{returnId}/issue_refund', id, 400, refund(9999, [9999]), { error: 1601 });
await po('refund', 'POST', '/return/{returnId}/issue_refund', id, 200, refund(10.1, [10.1]));
await po('refund again', 'POST', '/return/{returnId}/issue_refund', id, 200, refund(10.1, [5.1, 5]));
const after = await po('getReturn after', 'GET', '/return/{returnId}', id, 200);
check('the same refund twice is paid twice', after.summary.sellerTotalRefund.actualRefundAmount.value === 20.2, after.summary);
check('both stand in the order', (await control(port, 'refunds')).json.filter((r) => r.order === '10-10001-10001' && r.via === 'return').length === 2);
check('both were counted', (await truth(id)).actions.refund === 2 && (await truth(id)).met === true, await truth(id));

id = await open({ kind: 'return', order: '10-10003-10003', reason: 'NO_LONGER_NEED_ITEM' });
await po('decline', 'POST', '/return/{returnId}/decide', id, 200, { decision: 'DECLINE', comments });
check('declined', (await truth(id)).status === 'RETURN_REJECTED', await truth(id));
id = await open({ kind: 'return', order: '10-10016-10016', reason: 'WRONG_SIZE' });
await po('without label', 'POST', '/return/{returnId}/decide', id, 200, { decision: 'APPROVE_WITHOUT_EBAY_LABEL', comments });
await po('label', 'POST', '/return/{returnId}/add_shipping_label', id, 200, { labelAction: 'UPLOAD_LABEL', trackingNumber: '00340434161234567891', comments });
await act({ dispute: id, by: 'buyer', act: 'deliver' });
const escalated = await po('escalate', 'POST', '/return/{returnId}/escalate', id, 200, { reason: 'BUYER_RETURNED_WRONG_ITEM', comments });
await po('searchCases', 'GET', '/casemanagement/search', '', 200, undefined, { query: `?case_status_filter=OPEN&return_id=${id}` });
const kase = await po('getCase', 'GET', '/casemanagement/{caseId}', escalated.caseId, 200);
check('getCase: of the return', kase.returnId === id && kase.caseType === 'RETURN' && kase.escalatedBy === 'SELLER', kase);
await po('appeal of an open case', 'POST', '/casemanagement/{caseId}/appeal', escalated.caseId, 400, { comments }, { error: 1600 });
await act({ dispute: escalated.caseId, by: 'ebay', act: 'lose' });
check('may be appealed', (await po('getCase lost', 'GET', '/casemanagement/{caseId}', escalated.caseId, 200)).appealDetails.eligibleForAppeal);
await po('appeal', 'POST', '/casemanagement/{caseId}/appeal', escalated.caseId, 200, { comments });
await po('appeal twice', 'POST', '/casemanagement/{caseId}/appeal', escalated.caseId, 400, { comments }, { error: 1600 });

id = await open({ kind: 'inquiry', order: '10-10007-10007', text: 'Rien reçu' });
const inquiries = await po('searchInquiries', 'GET', '/inquiry/search', '', 200, undefined, { query: '?inquiry_status=OPEN' });
check('searchInquiries: a number', inquiries.members[0].inquiryId === Number(id) && inquiries.members[0].respondByDate, inquiries);
await po('getInquiry', 'GET', '/inquiry/{inquiryId}', id, 200);
const track = (trackingNumber, shippingCarrierName) => ({ shippedWithTracking: true, shippingCarrierName, trackingNumber, sellerComments: comments });
await po('bad number', 'POST', '/inquiry/{inquiryId}/provide_shipment_info', id, 400, track('A B', 'DHL'), { error: 292023 });
await po('no carrier', 'POST', '/inquiry/{inquiryId}/provide_shipment_info', id, 400, track('EX1', ''), { error: 292024 });
await po('tracking', 'POST', '/inquiry/{inquiryId}/provide_shipment_info', id, 200, track('EX1', 'DHL'));
const told = await po('getInquiry told', 'GET', '/inquiry/{inquiryId}', id, 200);
check('tracking is shown', told.state === 'TRACKING_PROVIDED' && told.inquiryHistoryDetails.shipmentTrackingDetails.trackingNumber === 'EX1', told);
await po('sendInquiryMessage', 'POST', '/inquiry/{inquiryId}/send_message', id, 200, message);
await po('inquiry refund', 'POST', '/inquiry/{inquiryId}/issue_refund', id, 200, { comments });
await po('inquiry refund twice', 'POST', '/inquiry/{inquiryId}/issue_refund', id, 400, { comments }, { error: 1600 });
check('an inquiry is paid whole', (await truth(id)).refunded === '46.90', await truth(id));
id = await open({ kind: 'inquiry', order: '10-10009-10009' });
await po('escalate inquiry', 'POST', '/inquiry/{inquiryId}/escalate', id, 200, { escalationReason: 'TROUBLE_COMMUNICATION', comments });
const left = await po('escalated ones', 'GET', '/inquiry/search', '', 200, undefined, { query: '?limit=200' });
check('escalated ones are not listed', !left.members.some((m) => m.inquiryId === Number(id)), left);

id = await open({ kind: 'cancellation', order: '10-10008-10008' });
const asked = await po('searchCancellations', 'GET', '/cancellation/search', '', 200, undefined, { query: '?role=BUYER' });
check('searchCancellations: asked by buyers', asked.total === 1, asked);
check('searchCancellations: role is SELLER when not said', (await po('by us', 'GET', '/cancellation/search', '', 200)).total === 0);
await po('getCancellation', 'GET', '/cancellation/{cancelId}', id, 200);
await po('reject', 'POST', '/cancellation/{cancelId}/reject', id, 200, { shipmentDate: { value: new Date().toISOString() }, trackingNumber: 'EX2' });
await po('approve too late', 'POST', '/cancellation/{cancelId}/approve', id, 400, undefined, { error: 1600 });
id = await open({ kind: 'cancellation', order: '10-10012-10012' });
await po('approve', 'POST', '/cancellation/{cancelId}/approve', id, 200);
check('approved is paid back', (await truth(id)).ending === 'FULL_REFUNDED' && (await truth(id)).refunded === '31.50', await truth(id));
const eligible = await po('eligible', 'POST', '/cancellation/check_eligibility', '', 200, { legacyOrderId: '10-10002-10002' });
check('eligible', eligible.eligible && eligible.eligibleCancelReason.length === 3, eligible);
await po('create', 'POST', '/cancellation', '', 200, { legacyOrderId: '10-10002-10002', cancelReason: 'OUT_OF_STOCK_OR_CANNOT_FULFILL' });
const again = await po('not again', 'POST', '/cancellation/check_eligibility', '', 200, { legacyOrderId: '10-10002-10002' });
check('not again', again.failureReason[0] === 'CANCELLATION_EXIST', again);
await po('create twice', 'POST', '/cancellation', '', 400, { legacyOrderId: '10-10002-10002', cancelReason: 'ADDRESS_ISSUES' }, { error: 1600 });
const order = await rest('getOrder cancelled', fulfillment, '/order/{orderId}', 200, { path: `${F}/order/10-10002-10002` });
check('the order knows', order.cancelStatus.cancelState === 'CANCELED' && order.orderPaymentStatus === 'FULLY_REFUNDED', order.cancelStatus);
const bearer = await ask(port, { path: `${P}/return/search`, headers: { Authorization: `Bearer ${token}` } });
check('Post-Order wants IAF', bearer.status === 401, bearer.text);

// ---- payment disputes
const apiz = { host: 'apiz.ebay.com' };
const inquiry = await open({ kind: 'inquiry', order: '10-10004-10004' });
id = await open({ kind: 'chargeback', order: '10-10004-10004', reason: 'SIGNIFICANTLY_NOT_AS_DESCRIBED', evidence: 'PROOF_OF_ITEM_AS_DESCRIBED' });
check('a payment dispute closes the rest', (await truth(inquiry)).closed, await truth(inquiry));
const D = `${F}/payment_dispute`, template = '/payment_dispute/{payment_dispute_id}';
const list = await rest('getPaymentDisputeSummaries', fulfillment, '/payment_dispute_summary', 200, { ...apiz, path: `${D}_summary?payment_dispute_status=OPEN&payment_dispute_status=ACTION_NEEDED` });
check('summaries', list.total === 1 && list.paymentDisputeSummaries[0].respondByDate, list);
await rest('api instead of apiz', fulfillment, '', 404, { path: `${D}/${id}`, id: 2002 });
await rest('unknown dispute', fulfillment, '', 404, { ...apiz, path: `${D}/1`, id: 33001 });
const dispute = await rest('getPaymentDispute', fulfillment, template, 200, { ...apiz, path: `${D}/${id}` });
const contest = (body, status, error) => rest(`contest ${error ?? ''}`, fulfillment, `${template}/contest`, status, { ...apiz, method: 'POST', path: `${D}/${id}/contest`, body, id: error });
const returnAddress = { fullName: 'Example Seller', addressLine1: 'Example Street 1', city: 'Riga', postalCode: 'LV-1001', country: 'LV' };
await contest({ revision: dispute.revision, note: 'where to send it back is missing' }, 400, 33100);
await contest({ revision: dispute.revision, note: 'x', returnAddress }, 409, 33102);
async function upload(name, bytes, status, error) {
	const mark = '----example', head = `--${mark}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: image/png\r\n\r\n`;
	const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${mark}--\r\n`)]);
	const rs = await ask(port, { ...apiz, method: 'POST', path: `${D}/${id}/upload_evidence_file`, body, headers: { Authorization: `Bearer ${token}`, 'Content-Type': `multipart/form-data; boundary=${mark}` } });
	check(`upload ${name}: ${status}`, rs.status === status && (!error || rs.json.errors[0].errorId === error), rs.text);
	return rs.json?.fileId;
}
await upload('big.png', Buffer.concat([png, Buffer.alloc(1500000)]), 400, 33006);
await upload('a.txt', Buffer.from('hello'), 400, 33005);
await upload('', png, 400, 33106);
const fileId = await upload('proof.png', png, 200);
const lineItems = dispute.lineItems;
const add = (body, status, error) => rest(`addEvidence ${error ?? ''}`, fulfillment, `${template}/add_evidence`, status, { ...apiz, method: 'POST', path: `${D}/${id}/add_evidence`, body, id: error });
await add({ evidenceType: 'PROOF_OF_DELIVERY', files: [{ fileId }], lineItems }, 400, 33008);
await add({ evidenceType: 'PROOF_OF_ITEM_AS_DESCRIBED', files: [{ fileId: 'x' }], lineItems }, 400, 33003);
await add({ evidenceType: 'PROOF_OF_ITEM_AS_DESCRIBED', files: [{ fileId }], lineItems: [] }, 400, 33007);
const { evidenceId } = await add({ evidenceType: 'PROOF_OF_ITEM_AS_DESCRIBED', files: [{ fileId }], lineItems }, 200);
await rest('updateEvidence', fulfillment, `${template}/update_evidence`, 204, { ...apiz, method: 'POST', path: `${D}/${id}/update_evidence`, body: { evidenceId, evidenceType: 'PROOF_OF_ITEM_AS_DESCRIBED', files: [{ fileId }], lineItems } });
await contest({ revision: dispute.revision, note: 'x', returnAddress }, 409, 33011);
const revised = await rest('getPaymentDispute revised', fulfillment, template, 200, { ...apiz, path: `${D}/${id}` });
check('given evidence is no request any more', revised.evidence[0].files[0].fileId === fileId && revised.evidenceRequests.length === 0, revised);
const bytes = await ask(port, { ...apiz, path: `${D}/${id}/fetch_evidence_content?evidence_id=${evidenceId}&file_id=${fileId}`, headers: { Authorization: `Bearer ${token}` } });
check('fetchEvidenceContent', bytes.bytes.equals(png), bytes.status);
await contest({ revision: revised.revision, note: 'See the photo.', returnAddress }, 204);
await contest({ revision: revised.revision, note: 'See the photo.', returnAddress }, 409, 33011);
await upload('late.png', png, 409, 33004);
await rest('getActivities', fulfillment, `${template}/activity`, 200, { ...apiz, path: `${D}/${id}/activity` });
await act({ dispute: id, by: 'ebay', act: 'win' });
check('won', (await rest('closed dispute', fulfillment, template, 200, { ...apiz, path: `${D}/${id}` })).resolution.reasonForClosure === 'SELLER_WON');
id = await open({ kind: 'chargeback', order: '10-10006-10006' });
await rest('accept', fulfillment, `${template}/accept`, 204, { ...apiz, method: 'POST', path: `${D}/${id}/accept`, body: { revision: 1 } });

// ---- refunds and parcels of orders
const pay = (orderId, body, status, error) => rest(`issueRefund ${error ?? ''}`, fulfillment, '/order/{order_id}/issue_refund', status, { method: 'POST', path: `${F}/order/${orderId}/issue_refund`, body, id: error });
const wish = (value) => ({ reasonForRefund: 'OTHER_ADJUSTMENT', comment: 'Example', orderLevelRefundAmount: { value, currency: 'EUR' } });
await pay('10-10017-10017', wish('5.00'), 200);
await pay('10-10017-10017', wish('5.00'), 200);
check('an order\'s refund twice is paid twice', (await control(port, 'refunds')).json.filter((r) => r.order === '10-10017-10017').length === 2);
await pay('10-10017-10017', wish('500.00'), 400, 34915);
await pay('10-10017-10017', wish('5.005'), 400, 34907);
await pay('10-10017-10017', { ...wish('5.00'), reasonForRefund: 'X' }, 400, 34903);
await pay('10-10017-10017', { ...wish('5.00'), comment: 'x'.repeat(101) }, 400, 34921);
await pay('10-10001-10001', wish('5.00'), 400, 34916);
await pay('10-10012-10012', wish('5.00'), 400, 34917);
await pay('1', wish('5.00'), 404, 34913);
await pay('10-10024-10024', wish('5.00'), 409, 34929);
await control(port, 'world', { seller: { refunds_take: 60000 } });
await pay('10-10018-10018', wish('5.00'), 200);
await pay('10-10018-10018', wish('5.00'), 400, 34922);
const shipped = await rest('getOrder refunded', fulfillment, '/order/{orderId}', 200, { path: `${F}/order/10-10018-10018` });
check('a refund is pending at first', shipped.paymentSummary.refunds[0].refundStatus === 'PENDING', shipped.paymentSummary);
const ship = (body, status, error) => rest(`createShippingFulfillment ${error ?? ''}`, fulfillment, '/order/{orderId}/shipping_fulfillment', status, { method: 'POST', path: `${F}/order/10-10005-10005/shipping_fulfillment`, body, id: error });
await ship({ trackingNumber: 'A-1', shippingCarrierCode: 'USPS' }, 400, 32300);
await ship({ lineItems: [{ lineItemId: '1', quantity: 1 }], trackingNumber: 'A1', shippingCarrierCode: 'USPS' }, 400, 32200);
await ship({ trackingNumber: 'EX0005', shippingCarrierCode: 'USPS' }, 201);
const parcels = await rest('parcels', fulfillment, '/order/{orderId}/shipping_fulfillment', 200, { path: `${F}/order/10-10005-10005/shipping_fulfillment` });
check('the parcel is there', parcels.fulfillments[0].shipmentTrackingNumber === 'EX0005', parcels);

// ---- feedback, grades
const B = '/commerce/feedback/v1';
const given = (await control(port, 'feedback', { order: '10-10009-10009', rating: 'NEGATIVE', text: 'Troppo tardi.' })).json.feedback;
const entries = await rest('getFeedback', feedback, '/feedback', 200, { path: `${B}/feedback?user_id=example_seller&feedback_type=FEEDBACK_RECEIVED&sort=TIME` });
check('getFeedback: may be revised', entries.feedbackEntries[0].feedbackId === given && entries.feedbackEntries[0].eligibleForRevision, entries);
await rest('getFeedback of whom', feedback, '', 400, { path: `${B}/feedback?feedback_type=FEEDBACK_RECEIVED`, id: 501000 });
const respond = (body, status, id2) => rest(`respondToFeedback ${id2 ?? ''}`, feedback, '/respond_to_feedback', status, { method: 'POST', path: `${B}/respond_to_feedback`, body, id: id2 });
const reply = { feedbackId: given, recipientUserId: 'example_mario', responseText: 'Ci scusiamo.', responseType: 'REPLY' };
await respond({ ...reply, responseText: 'x'.repeat(501) }, 400, 501013);
await respond({ ...reply, recipientUserId: 'nobody' }, 400, 501029);
await respond(reply, 200);
await respond(reply, 409, 501032);
await control(port, 'feedback', { feedback: given, rating: 'POSITIVE', text: 'Tutto risolto.' });
const changed = await rest('getFeedback revised', feedback, '/feedback', 200, { path: `${B}/feedback?user_id=example_seller&feedback_type=FEEDBACK_RECEIVED&sort=TIME` });
check('revised once', changed.feedbackEntries[0].commentType === 'POSITIVE' && !changed.feedbackEntries[0].eligibleForRevision && changed.feedbackEntries[0].replyComment.commentText === 'Ci scusiamo.', changed);
const awaiting = await rest('getItemsAwaitingFeedback', feedback, '/awaiting_feedback', 200, { path: `${B}/awaiting_feedback?filter=userRole:SELLER&limit=200` });
const leave = (body, status, id2) => rest(`leaveFeedback ${id2 ?? ''}`, feedback, '/feedback', status, { method: 'POST', path: `${B}/feedback`, body, id: id2 });
const { orderLineItemId } = awaiting.lineItems[0];
await leave({ orderLineItemId, commentType: 'NEGATIVE', commentText: 'x' }, 409, 501020);
await leave({ orderLineItemId, commentType: 'POSITIVE', commentText: 'Great buyer.' }, 200);
await leave({ orderLineItemId, commentType: 'POSITIVE', commentText: 'Great buyer.' }, 409, 501008);
const A = '/sell/analytics/v1';
// the file merges two types called Metric: all but the metrics can be judged by it
const levels = await ask(port, { path: `${A}/seller_standards_profile`, headers: { Authorization: `Bearer ${token}` } });
const bare = { standardsProfiles: levels.json.standardsProfiles.map(({ metrics, ...others }) => others) };
check('standards', !analytics.validate('#/components/schemas/FindSellerStandardsProfilesResponse', bare), levels.text);
await rest('metric', analytics, '/customer_service_metric/{customer_service_metric_type}/{evaluation_type}', 200, { path: `${A}/customer_service_metric/ITEM_NOT_RECEIVED/CURRENT?evaluation_marketplace_id=EBAY_DE` });
await rest('metric of what', analytics, '', 404, { path: `${A}/customer_service_metric/X/CURRENT?evaluation_marketplace_id=EBAY_DE`, id: 54400 });

// ---- notifications: sent, signed, and the key to check them with
const got = [];
const listener = http.createServer((rq, rs) => {
	const parts = [];
	rq.on('data', (part) => parts.push(part));
	rq.on('end', () => { got.push({ signature: rq.headers['x-ebay-signature'], body: Buffer.concat(parts) }); rs.writeHead(204).end(); });
}).listen(0, '127.0.0.1');
await new Promise((resolve) => listener.on('listening', resolve));
const to = `http://127.0.0.1:${listener.address().port}/ebay`;
const someReturn = (await control(port, 'disputes')).json.find((d) => d.kind === 'return').dispute;
const someMessage = (await control(port, 'message', { buyer: 'example_erika', item: '110000000001', text: 'Hallo?' })).json.messageId;
for (const what of [{ topic: 'MARKETPLACE_ACCOUNT_DELETION', buyer: 'example_erika' }, { topic: 'ORDER_RETURN_ACTIVITY', dispute: someReturn }, { topic: 'NEW_MESSAGE', message: someMessage }, { topic: 'NEW_MESSAGE', message: someMessage, forged: true }]) {
	const before = got.length;
	const rs = await control(port, 'push', { to, ...what });
	check(`push ${what.topic}`, rs.status === 200, rs.text);
	for (let i = 0; got.length === before && i < 200; i++) await new Promise((resolve) => setTimeout(resolve, 10));
	const { signature, body } = got.at(-1);
	const header = JSON.parse(Buffer.from(signature, 'base64'));
	const application = (await login(port, `grant_type=client_credentials&scope=${encodeURIComponent('https://api.ebay.com/oauth/api_scope')}`)).json.access_token;
	const key = await asker(port, application)('getPublicKey', notification, '/public_key/{public_key_id}', 200, { path: `/commerce/notification/v1/public_key/${header.kid}` });
	const der = Buffer.from(key.key.replace(/-----[A-Z ]*-----/g, ''), 'base64');
	const verified = crypto.verify('sha1', body, { key: der, format: 'der', type: 'spki' }, Buffer.from(header.signature, 'base64'));
	check(`push ${what.topic}: signature`, verified === !what.forged, header);
	check(`push ${what.topic}: topic`, JSON.parse(body).metadata.topic === what.topic);
}
listener.close();

// ---- what belongs to the application: destinations and subscriptions, call limits, the signing key
const applicationToken = (await login(port, `grant_type=client_credentials&scope=${encodeURIComponent('https://api.ebay.com/oauth/api_scope')}`)).json.access_token;
const app = asker(port, applicationToken);
const destination = { destinationId: '00000000-0000-4000-8000-000000000002', name: 'shop', status: 'ENABLED', deliveryConfig: { endpoint: 'https://seller.example/push/shop', verificationToken: 'EXAMPLE-0123456789-0123456789-012' } };
const subscription = { subscriptionId: '00000000-0000-4000-8000-000000000003', topicId: 'MARKETPLACE_ACCOUNT_DELETION', status: 'ENABLED', creationDate: '2026-10-01T07:00:00.000Z', destinationId: destination.destinationId, payload: { format: 'JSON', schemaVersion: '1.0', deliveryProtocol: 'HTTPS' } };
const C = '/commerce/notification/v1';
const noDestinations = await app('no destinations', notification, '/destination', 200, { path: `${C}/destination?limit=100` });
check('no destinations: none', noDestinations.total === 0 && !noDestinations.destinations.length, noDestinations);
await control(port, 'world', { application: { destinations: [destination], subscriptions: [subscription], signing_ends: '+100d' } });
const destinations = await app('destinations', notification, '/destination', 200, { path: `${C}/destination?limit=100` });
check('destinations: one', destinations.total === 1 && destinations.destinations[0].status === 'ENABLED', destinations);
const subscriptions = await app('subscriptions', notification, '/subscription', 200, { path: `${C}/subscription?limit=100` });
check('subscriptions: one', subscriptions.total === 1 && subscriptions.subscriptions[0].topicId === subscription.topicId, subscriptions);
for (const what of ['destination', 'subscription'])
	for (const limit of [9, 101]) await app(`${what} limit ${limit}`, notification, '', 400, { path: `${C}/${what}?limit=${limit}`, id: 195004 });
await rest('destinations are for applications', notification, '', 403, { path: `${C}/destination`, id: 1100 });
const limitsPath = '/developer/analytics/v1_beta/rate_limit/';
const limits = await app('rate limits', rates, '/rate_limit/', 200, { path: limitsPath });
check('rate limits: refunds apart', limits.rateLimits.find((l) => l.apiName === 'fulfillment').resources.map((r) => r.name).join() === 'sell.fulfillment,sell.fulfillment.refund', limits);
const single = await app('rate limits of one API', rates, '/rate_limit/', 200, { path: `${limitsPath}?api_context=commerce&api_name=message` });
check('rate limits of one API: one', single.rateLimits.length === 1 && single.rateLimits[0].apiContext === 'commerce', single);
await app('rate limits of none', rates, '/rate_limit/', 204, { path: `${limitsPath}?api_name=nothing` });
const keysPath = '/developer/key_management/v1/signing_key';
const keys = await app('signing keys', keyManagement, '/signing_key', 200, { host: 'apiz.ebay.com', path: keysPath });
check('signing keys: one', keys.signingKeys.length === 1 && keys.signingKeys[0].jwe === 'example.signing.jwe' && !keys.signingKeys[0].privateKey, keys);
check('signing keys: end', Math.abs(keys.signingKeys[0].expirationTime - (Date.now() / 1000 + 100 * 86400)) < 3600, keys);
await rest('signing keys are for applications', keyManagement, '', 403, { host: 'apiz.ebay.com', path: keysPath, id: 1100 });
await rest('key is for applications', notification, '', 403, { path: '/commerce/notification/v1/public_key/x', id: 1100 });

// ---- digital signatures: the published test key, signed here by node's own crypto
await control(port, 'world', { seller: { signatures: true, refunds_take: 0 } });
const secret = crypto.createPrivateKey({ key: Buffer.from('MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF', 'base64'), format: 'der', type: 'pkcs8' });
function signed(path, body, { created = Math.floor(Date.now() / 1000), bodyOfDigest = body, jwe = 'example.signing.jwe' } = {}) {
	const digest = `sha-256=:${crypto.createHash('sha256').update(bodyOfDigest).digest('base64')}:`;
	const names = body ? ['content-digest', 'x-ebay-signature-key', '@method', '@path', '@authority'] : ['x-ebay-signature-key', '@method', '@path', '@authority'];
	const values = { 'content-digest': digest, 'x-ebay-signature-key': jwe, '@method': 'POST', '@path': path, '@authority': 'api.ebay.com' };
	const params = `(${names.map((n) => `"${n}"`).join(' ')});created=${created}`;
	const base = [...names.map((n) => `"${n}": ${values[n]}`), `"@signature-params": ${params}`].join('\n');
	return { ...(body && { 'Content-Digest': digest }), 'x-ebay-signature-key': jwe, 'Signature-Input': `sig1=${params}`, Signature: `sig1=:${crypto.sign(null, Buffer.from(base), secret).toString('base64')}:` };
}
const path = `${F}/order/10-10019-10019/issue_refund`, body = JSON.stringify(wish('1.00'));
async function money(headers, status, error) {
	const rs = await ask(port, { method: 'POST', path, body, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers } });
	check(`signature ${error ?? 'good'}`, rs.status === status && (!error || rs.json.errors[0].errorId === error), rs.text);
}
const good = signed(path, body);
const without = (name) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
await money({}, 403, 215000);
await money(without('x-ebay-signature-key'), 403, 215001);
await money(without('Signature'), 403, 215111);
await money(without('Signature-Input'), 403, 215112);
await money(signed(path, body, { bodyOfDigest: 'other' }), 403, 215105);
await money(signed(path, body, { created: 1 }), 403, 215114);
await money(signed(path, body, { jwe: 'other' }), 403, 215115);
await money({ ...good, Signature: signed(`${path}x`, body).Signature }, 403, 215120);
await money(good, 200);
id = await open({ kind: 'cancellation', order: '10-10025-10025' });
await ask(port, { method: 'POST', path: `${P}/cancellation/${id}/approve`, headers: { Authorization: `IAF ${token}` } });
check('an unsigned approval is refused', !(await truth(id)).closed);
await po('a signed one without body', 'POST', '/cancellation/{cancelId}/approve', id, 200, undefined, { headers: signed(`${P}/cancellation/${id}/approve`, '') });
finish();
