/* schema.c - the tables.  Anyone may open the file read-only and rely on this page.
 *
 * Times are ms UTC.  NULL: not known, not there, not yet.  `remote` ids are the platform's.  `version` grows when a
 * record really changes.  Unique keys begin with `remote`, so that the same index also finds an id whose account nobody
 * knows.  Texts called packed are base/err.h's: an English pattern and its arguments.
 */
#include "daemon/store/db.h"

static const char version_1[] =
	"CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"

	"CREATE TABLE account ("
	"  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, platform TEXT NOT NULL,"
	"  mode TEXT NOT NULL DEFAULT 'observe', paused INTEGER NOT NULL DEFAULT 0,"
	"  stopped TEXT, breaker TEXT," /* packed */
	"  identity TEXT, created INTEGER NOT NULL, armed INTEGER, reconciled INTEGER) STRICT;"
	"CREATE TABLE marketplace_mode ("
	"  account INTEGER NOT NULL REFERENCES account, marketplace TEXT NOT NULL, mode TEXT NOT NULL,"
	"  PRIMARY KEY (account, marketplace)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE credential (" /* sealed bytes */
	"  account INTEGER NOT NULL REFERENCES account, name TEXT NOT NULL,"
	"  token BLOB, token_until INTEGER, refresh BLOB, refresh_until INTEGER, pasted BLOB,"
	"  refreshing INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (account, name)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE stream ("
	"  account INTEGER NOT NULL REFERENCES account, name TEXT NOT NULL,"
	"  cursor TEXT NOT NULL DEFAULT '', ack TEXT NOT NULL DEFAULT '',"
	"  next_at INTEGER NOT NULL DEFAULT 0, last_ok INTEGER, covered INTEGER, swept INTEGER,"
	"  fails INTEGER NOT NULL DEFAULT 0, stopped TEXT, PRIMARY KEY (account, name)) STRICT, WITHOUT "
	"ROWID;"

	"CREATE TABLE buyer ("
	"  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account, remote TEXT NOT NULL,"
	"  name TEXT, locale TEXT, country TEXT, UNIQUE (remote, account)) STRICT;"

	"CREATE TABLE orders ("
	"  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account, remote TEXT NOT NULL,"
	"  version INTEGER NOT NULL DEFAULT 1, marketplace TEXT, status TEXT,"
	"  payment TEXT, fulfilment TEXT, cancellation TEXT,"             /* the words of record.h */
	"  buyer INTEGER REFERENCES buyer, total INTEGER, currency TEXT," /* minor units */
	"  created INTEGER, changed INTEGER, ship_by INTEGER, eta_from INTEGER, eta_to INTEGER, buyer_note "
	"TEXT,"
	"  UNIQUE (remote, account)) STRICT;"
	"CREATE INDEX orders_buyer ON orders (buyer);"
	"CREATE INDEX orders_ship_by ON orders (ship_by) WHERE ship_by IS NOT NULL"
	"  AND ifnull(fulfilment, 'open') IN ('open', 'partial') AND cancellation IS NOT 'done';"
	"CREATE TABLE item ("
	"  order_id INTEGER NOT NULL REFERENCES orders, remote TEXT NOT NULL, listing TEXT, sku TEXT, title "
	"TEXT,"
	"  quantity INTEGER, price INTEGER, currency TEXT, PRIMARY KEY (order_id, remote)) STRICT, WITHOUT "
	"ROWID;"
	"CREATE TABLE shipment (" /* may come in before its order */
	"  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account, order_remote TEXT NOT NULL,"
	"  remote TEXT NOT NULL, carrier TEXT, tracking TEXT, shipped INTEGER,"
	"  UNIQUE (order_remote, account, remote)) STRICT;"

	"CREATE TABLE conversation ("
	"  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account, remote TEXT NOT NULL,"
	"  version INTEGER NOT NULL DEFAULT 1, marketplace TEXT, buyer INTEGER REFERENCES buyer,"
	"  subject TEXT, listing TEXT,"
	"  order_remote TEXT,"                  /* when the platform says which */
	"  order_id INTEGER REFERENCES orders," /* when there is exactly one */
	"  orders INTEGER NOT NULL DEFAULT 0,"  /* 0 none, 1 one, 2 several: not to be guessed */
	"  last_message INTEGER, last_at INTEGER,"
	"  oldest_unanswered INTEGER," /* the clock: NULL when nobody waits for us */
	"  answered INTEGER, acknowledged INTEGER, last_ours INTEGER,"
	"  answer_by INTEGER, answer_given_by TEXT,"
	"  UNIQUE (remote, account)) STRICT;"
	"CREATE INDEX conversation_waiting ON conversation (oldest_unanswered) WHERE oldest_unanswered IS "
	"NOT "
	"NULL;"
	"CREATE INDEX conversation_account_waiting ON conversation (account, oldest_unanswered)"
	"  WHERE oldest_unanswered IS NOT NULL;"
	"CREATE INDEX conversation_last ON conversation (last_at);"
	"CREATE INDEX conversation_account_last ON conversation (account, last_at);"
	"CREATE INDEX conversation_buyer ON conversation (buyer, listing);"
	"CREATE INDEX conversation_order ON conversation (order_id) WHERE order_id IS NOT NULL;"
	"CREATE INDEX conversation_order_remote ON conversation (order_remote, account) WHERE order_remote "
	"IS "
	"NOT NULL;"
	"CREATE INDEX conversation_answer_by ON conversation (answer_by) WHERE answer_by IS NOT NULL;"

	"CREATE TABLE message ("
	"  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account, remote TEXT NOT NULL,"
	"  conversation INTEGER NOT NULL REFERENCES conversation,"
	"  version INTEGER NOT NULL DEFAULT 1, direction TEXT NOT NULL," /* in, out */
	"  automatic INTEGER NOT NULL, sent INTEGER NOT NULL, text TEXT, subject TEXT,"
	"  photos INTEGER NOT NULL DEFAULT 0,"
	"  outbox INTEGER REFERENCES outbox," /* ours: the action that sent it */
	/* guessed when a rule or a person first needs them */
	"  language TEXT, certainty INTEGER, intent TEXT, confident INTEGER, risk INTEGER,"
	"  UNIQUE (remote, account)) STRICT;"
	"CREATE INDEX message_conversation ON message (conversation, sent);"
	"CREATE VIRTUAL TABLE message_words USING fts5 (text, content='', columnsize=0,"
	"  tokenize='unicode61 remove_diacritics 2');"
	"CREATE VIRTUAL TABLE buyer_words USING fts5 (text, content='', columnsize=0,"
	"  tokenize='unicode61 remove_diacritics 2');"

	"CREATE TABLE content (hash BLOB PRIMARY KEY, bytes BLOB NOT NULL, stored INTEGER NOT NULL) STRICT;"
	"CREATE TABLE attachment ("
	"  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account,"
	"  message INTEGER NOT NULL REFERENCES message, number INTEGER NOT NULL,"
	"  url TEXT, name TEXT, type TEXT," /* as stated; `sniffed` is what it is */
	"  sniffed TEXT, content BLOB REFERENCES content, tries INTEGER NOT NULL DEFAULT 0,"
	"  next_at INTEGER, why TEXT," /* NULL: not to be fetched (again); packed */
	"  UNIQUE (message, number)) STRICT;"
	"CREATE INDEX attachment_due ON attachment (account, next_at) WHERE next_at IS NOT NULL;"

	"CREATE TABLE event ("
	"  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL,"
	"  account INTEGER NOT NULL REFERENCES account, message INTEGER REFERENCES message,"
	"  order_id INTEGER REFERENCES orders, check_at INTEGER) STRICT;" /* NULL: decided */
	"CREATE UNIQUE INDEX event_message ON event (message, kind) WHERE message IS NOT NULL;"
	"CREATE UNIQUE INDEX event_order ON event (order_id, kind) WHERE order_id IS NOT NULL;"
	"CREATE INDEX event_due ON event (check_at) WHERE check_at IS NOT NULL;"

	"CREATE TABLE outbox ("
	"  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account, intent_key TEXT UNIQUE,"
	"  kind TEXT NOT NULL, state TEXT NOT NULL, reason TEXT," /* packed */
	"  conversation INTEGER REFERENCES conversation, order_id INTEGER REFERENCES orders,"
	"  message INTEGER REFERENCES message, event INTEGER REFERENCES event,"
	"  marketplace TEXT, rule TEXT, operator TEXT, template TEXT, locale TEXT, text TEXT,"
	"  substantive INTEGER NOT NULL, attempt INTEGER NOT NULL DEFAULT 0, attempt_key TEXT,"
	"  not_before INTEGER NOT NULL, next_at INTEGER NOT NULL, deadline INTEGER, started INTEGER,"
	"  seen TEXT, looked INTEGER, cursor TEXT, remote TEXT,"
	"  answered INTEGER," /* when it arrived, once that is known */
	"  order_version INTEGER, conversation_version INTEGER, made_from TEXT,"
	"  created INTEGER NOT NULL, changed INTEGER NOT NULL) STRICT;"
	"CREATE INDEX outbox_due ON outbox (account, max(next_at, not_before)) WHERE state IN ('ready', "
	"'unsure');"
	"CREATE INDEX outbox_state ON outbox (state, id);"
	"CREATE INDEX outbox_conversation ON outbox (conversation);"
	"CREATE INDEX outbox_message ON outbox (message);"
	"CREATE INDEX outbox_order ON outbox (order_id);"
	"CREATE INDEX outbox_remote ON outbox (remote, account) WHERE remote IS NOT NULL;"
	"CREATE INDEX outbox_sent ON outbox (account, started) WHERE state = 'sent';"
	"CREATE INDEX outbox_automatic ON outbox (account, created) WHERE rule IS NOT NULL AND operator IS "
	"NULL"
	"  AND state IN ('ready', 'sending', 'unsure', 'sent');"
	"CREATE TABLE attempt ("
	"  id INTEGER PRIMARY KEY, outbox INTEGER NOT NULL REFERENCES outbox, attempt INTEGER NOT NULL, key "
	"TEXT,"
	"  at INTEGER NOT NULL, outcome TEXT NOT NULL, status INTEGER, request BLOB," /* SHA-256 of the bytes */
	"  answer TEXT) STRICT;"                                                      /* packed */
	"CREATE INDEX attempt_outbox ON attempt (outbox);"

	"CREATE TABLE journal (" /* hash: SHA-256 of the former hash and this row; see journal.c */
	"  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, account INTEGER, kind TEXT NOT NULL, ref TEXT,"
	"  facts TEXT NOT NULL, hash BLOB NOT NULL) STRICT;"
	"CREATE INDEX journal_ref ON journal (ref) WHERE ref IS NOT NULL;"
	"CREATE TRIGGER journal_not_changed BEFORE UPDATE ON journal"
	"  BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;"
	"CREATE TRIGGER journal_not_cut BEFORE DELETE ON journal"
	"  BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;"

	"CREATE TABLE notice ("
	"  id INTEGER PRIMARY KEY, cause TEXT NOT NULL, account INTEGER, text TEXT NOT NULL," /* packed */
	"  at INTEGER NOT NULL, told INTEGER, cleared INTEGER) STRICT;"
	"CREATE UNIQUE INDEX notice_open ON notice (cause) WHERE cleared IS NULL;"
	"CREATE INDEX notice_untold ON notice (id) WHERE cleared IS NULL AND told IS NULL;"

	"CREATE TABLE note ("
	"  id INTEGER PRIMARY KEY, ref TEXT NOT NULL, operator TEXT, text TEXT NOT NULL, at INTEGER NOT "
	"NULL) "
	"STRICT;"
	"CREATE INDEX note_ref ON note (ref);"

	"CREATE TABLE odd ("
	"  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account, stream TEXT NOT NULL,"
	"  hash BLOB NOT NULL, item BLOB NOT NULL, why TEXT NOT NULL," /* packed */
	"  first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, seen INTEGER NOT NULL DEFAULT 1,"
	"  UNIQUE (account, stream, hash)) STRICT;"

	"CREATE TABLE budget ("
	"  owner TEXT NOT NULL, budget TEXT NOT NULL, window_start INTEGER NOT NULL, used INTEGER NOT NULL,"
	"  PRIMARY KEY (owner, budget)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE rule (name TEXT PRIMARY KEY, hash TEXT NOT NULL, armed INTEGER NOT NULL) STRICT, "
	"WITHOUT "
	"ROWID;";

/* Disputes, feedback, money, tasks. */
static const char version_2[] =
	"CREATE TABLE dispute ("
	"  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account, kind TEXT NOT NULL,"
	"  remote TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1, marketplace TEXT,"
	"  order_remote TEXT, order_id INTEGER REFERENCES orders," /* when there is exactly one */
	"  line TEXT, listing TEXT, buyer INTEGER REFERENCES buyer,"
	"  status TEXT NOT NULL, raw TEXT, reason TEXT, text TEXT," /* status: the words of record.h */
	"  amount INTEGER, currency TEXT,"                          /* claimed, minor units */
	"  our_turn INTEGER,"                                       /* since when: NULL while it is not */
	"  due_action TEXT, respond_by INTEGER, given_by TEXT," /* given_by: platform, or the policy's row */
	"  options TEXT, revision TEXT, memo TEXT,"
	"  opened INTEGER NOT NULL, changed INTEGER, closed INTEGER,"
	"  answered INTEGER," /* when we last did something that answers */
	"  UNIQUE (remote, account, kind)) STRICT;"
	"CREATE INDEX dispute_order ON dispute (order_id) WHERE order_id IS NOT NULL;"
	"CREATE INDEX dispute_order_remote ON dispute (order_remote, account) WHERE order_remote IS NOT NULL;"
	"CREATE INDEX dispute_line ON dispute (line) WHERE line IS NOT NULL AND order_id IS NULL;"
	"CREATE INDEX dispute_buyer ON dispute (buyer);"
	"CREATE INDEX dispute_due ON dispute (respond_by) WHERE our_turn IS NOT NULL;"
	"CREATE INDEX dispute_our_turn ON dispute (account) WHERE our_turn IS NOT NULL;"
	"CREATE INDEX dispute_open ON dispute (account, opened) WHERE closed IS NULL;"
	"CREATE INDEX dispute_account ON dispute (account, opened);"
	"CREATE INDEX dispute_last ON dispute (opened);"
	"CREATE TABLE dispute_link (" /* what became what; either may come in first */
	"  account INTEGER NOT NULL REFERENCES account, parent_kind TEXT NOT NULL, parent TEXT NOT NULL,"
	"  kind TEXT NOT NULL, remote TEXT NOT NULL,"
	"  PRIMARY KEY (account, parent_kind, parent, kind, remote)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX dispute_link_up ON dispute_link (account, kind, remote);"
	"CREATE TABLE dispute_entry ("
	"  dispute INTEGER NOT NULL REFERENCES dispute, remote TEXT NOT NULL, actor TEXT NOT NULL,"
	"  what TEXT, text TEXT, amount INTEGER, currency TEXT, at INTEGER,"
	"  outbox INTEGER REFERENCES outbox," /* ours: the action that made it */
	"  PRIMARY KEY (dispute, remote)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE dispute_file ("
	"  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account,"
	"  dispute INTEGER NOT NULL REFERENCES dispute, remote TEXT NOT NULL,"
	"  actor TEXT NOT NULL, url TEXT, name TEXT, type TEXT," /* as stated */
	"  sniffed TEXT, content BLOB REFERENCES content, tries INTEGER NOT NULL DEFAULT 0,"
	"  next_at INTEGER, why TEXT," /* NULL: not to be fetched (again); packed */
	"  UNIQUE (dispute, remote)) STRICT;"
	"CREATE INDEX dispute_file_due ON dispute_file (account, next_at) WHERE next_at IS NOT NULL;"

	"CREATE TABLE feedback ("
	"  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account, remote TEXT NOT NULL,"
	"  version INTEGER NOT NULL DEFAULT 1, direction TEXT NOT NULL, rating TEXT NOT NULL," /* in, out */
	"  marketplace TEXT, order_remote TEXT, order_id INTEGER REFERENCES orders, line TEXT, listing TEXT,"
	"  title TEXT, buyer INTEGER REFERENCES buyer, text TEXT, reply TEXT, follow_up TEXT,"
	"  given INTEGER NOT NULL, changed INTEGER, revisable INTEGER NOT NULL, automatic INTEGER NOT NULL,"
	"  UNIQUE (remote, account)) STRICT;"
	"CREATE INDEX feedback_order ON feedback (order_id) WHERE order_id IS NOT NULL;"
	"CREATE INDEX feedback_order_remote ON feedback (order_remote, account) WHERE order_remote IS NOT "
	"NULL;"
	"CREATE INDEX feedback_line ON feedback (line) WHERE line IS NOT NULL AND order_id IS NULL;"
	"CREATE INDEX feedback_buyer ON feedback (buyer);"
	"CREATE INDEX feedback_account ON feedback (account, given);"
	"CREATE INDEX feedback_last ON feedback (given);"
	"CREATE INDEX item_remote ON item (remote);" /* of an order line to its order */

	"CREATE TABLE refund (" /* money that went back, whoever sent it; may come in before its order */
	"  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account, order_remote TEXT NOT NULL,"
	"  remote TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL, status TEXT NOT NULL,"
	"  at INTEGER, UNIQUE (order_remote, account, remote)) STRICT;"

	"CREATE TABLE metric ("
	"  account INTEGER NOT NULL REFERENCES account, name TEXT NOT NULL, scope TEXT NOT NULL,"
	"  value TEXT, level TEXT, worst TEXT, since INTEGER, until INTEGER, read INTEGER NOT NULL,"
	"  PRIMARY KEY (account, name, scope)) STRICT, WITHOUT ROWID;"

	"CREATE TABLE task (" /* what no API offers: for a person */
	"  id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account, intent_key TEXT UNIQUE,"
	"  kind TEXT NOT NULL, state TEXT NOT NULL," /* open, snoozed, done, dropped */
	"  reason TEXT,"                             /* why it is here, or why it came back; packed */
	"  dispute INTEGER REFERENCES dispute, feedback INTEGER REFERENCES feedback,"
	"  order_id INTEGER REFERENCES orders, conversation INTEGER REFERENCES conversation,"
	"  rule TEXT, template TEXT, locale TEXT, text TEXT, link TEXT, deadline INTEGER,"
	"  operator TEXT, done_by TEXT," /* who claimed it; who did it: a name, or 'platform' when a poll showed it */
	"  snoozed_until INTEGER, created INTEGER NOT NULL, changed INTEGER NOT NULL) STRICT;"
	"CREATE INDEX task_open ON task (deadline) WHERE state IN ('open', 'snoozed');"
	"CREATE INDEX task_account ON task (account) WHERE state IN ('open', 'snoozed');"
	"CREATE INDEX task_dispute ON task (dispute) WHERE dispute IS NOT NULL;"
	"CREATE INDEX task_feedback ON task (feedback) WHERE feedback IS NOT NULL;"
	"CREATE INDEX task_order ON task (order_id) WHERE order_id IS NOT NULL;"
	"CREATE INDEX task_conversation ON task (conversation) WHERE conversation IS NOT NULL;"
	"CREATE INDEX task_snoozed ON task (snoozed_until) WHERE state = 'snoozed';"

	/* Buyers who may not be known any more: salted hashes of their ids.  Of whom we never knew they go after a while. */
	"CREATE TABLE erased ("
	"  account INTEGER NOT NULL REFERENCES account, hash BLOB NOT NULL, at INTEGER NOT NULL,"
	"  known INTEGER NOT NULL, PRIMARY KEY (account, hash)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX buyer_folded ON buyer (lower(remote), account);"
	"CREATE INDEX erased_unknown ON erased (at) WHERE NOT known;"

	/* What packed texts in the journal say beyond their pattern: there stands only their salted hash, so that they can go. */
	"CREATE TABLE said (hash TEXT PRIMARY KEY, ref TEXT, salt TEXT NOT NULL, text TEXT NOT NULL) STRICT,"
	" WITHOUT ROWID;"
	"CREATE INDEX said_ref ON said (ref) WHERE ref IS NOT NULL;"

	"ALTER TABLE buyer ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;" /* nothing personal may come back */
	"ALTER TABLE event ADD COLUMN dispute INTEGER REFERENCES dispute;"
	"ALTER TABLE event ADD COLUMN feedback INTEGER REFERENCES feedback;"
	"ALTER TABLE event ADD COLUMN detail TEXT;" /* what makes it another one of its kind: which turn, which refund */
	"DROP INDEX event_order;"
	"CREATE UNIQUE INDEX event_order ON event (order_id, kind, ifnull(detail, '')) WHERE order_id IS NOT "
	"NULL;"
	"CREATE UNIQUE INDEX event_dispute ON event (dispute, kind, ifnull(detail, '')) WHERE dispute IS NOT "
	"NULL;"
	"CREATE UNIQUE INDEX event_feedback ON event (feedback, kind, ifnull(detail, ''))"
	"  WHERE feedback IS NOT NULL;"

	"ALTER TABLE outbox ADD COLUMN dispute INTEGER REFERENCES dispute;"
	"ALTER TABLE outbox ADD COLUMN feedback INTEGER REFERENCES feedback;"
	"ALTER TABLE outbox ADD COLUMN dispute_version INTEGER;"
	"ALTER TABLE outbox ADD COLUMN feedback_version INTEGER;"
	"ALTER TABLE outbox ADD COLUMN line TEXT;"
	"ALTER TABLE outbox ADD COLUMN code TEXT;" /* the platform's word for the reason, one of the action's */
	"ALTER TABLE outbox ADD COLUMN amount INTEGER;"
	"ALTER TABLE outbox ADD COLUMN currency TEXT;"
	"ALTER TABLE outbox ADD COLUMN moves INTEGER NOT NULL DEFAULT 0;" /* money that goes back, minor units of `currency` */
	"ALTER TABLE outbox ADD COLUMN carrier TEXT;"
	"ALTER TABLE outbox ADD COLUMN tracking TEXT;"
	"ALTER TABLE outbox ADD COLUMN shipped INTEGER;"
	"ALTER TABLE outbox ADD COLUMN requester TEXT;" /* who wished it, when a person did; operator: who let it leave */
	"ALTER TABLE outbox ADD COLUMN revision TEXT;" /* of the dispute at last look: a repeated request is the same */
	"ALTER TABLE outbox ADD COLUMN memo TEXT;"
	"CREATE INDEX outbox_dispute ON outbox (dispute) WHERE dispute IS NOT NULL;"
	"CREATE INDEX outbox_feedback ON outbox (feedback) WHERE feedback IS NOT NULL;"
	"CREATE INDEX outbox_money ON outbox (account, state, started) WHERE moves > 0;"
	"CREATE TABLE outbox_file ("
	"  outbox INTEGER NOT NULL REFERENCES outbox, number INTEGER NOT NULL, name TEXT NOT NULL,"
	"  type TEXT NOT NULL, content BLOB NOT NULL REFERENCES content,"
	"  PRIMARY KEY (outbox, number)) STRICT, WITHOUT ROWID;";

/* What one row remembers of its looks and of who wrote its text; what verify compares that text with. */
static const char version_3[] =
	"ALTER TABLE outbox ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;" /* that showed nothing useful, in a row */
	"ALTER TABLE outbox ADD COLUMN writer TEXT;"                      /* who edited the text last */
	"ALTER TABLE outbox ADD COLUMN salt TEXT;"; /* of the hash that the journal holds of the text that left */

static const char version_4[] =
	"ALTER TABLE outbox ADD COLUMN given TEXT;"  /* values that people gave for its text: a JSON object */
	"ALTER TABLE outbox ADD COLUMN needs TEXT;"; /* names of those that it still waits for */

/* Intents have the names of the phrase files. */
static const char version_5[] =
	"UPDATE message SET intent = CASE intent"
	"  WHEN 'order_status' THEN 'order_status_where_is_my_order'"
	"  WHEN 'shipping_cost' THEN 'shipping_cost_or_customs'"
	"  WHEN 'defective' THEN 'defective_or_not_as_described'"
	"  WHEN 'missing_or_wrong' THEN 'missing_or_wrong_item'"
	"  WHEN 'thanks' THEN 'thanks_or_positive' ELSE 'discount_or_bulk' END"
	" WHERE intent IN ('order_status', 'shipping_cost', 'defective', 'missing_or_wrong', 'thanks', "
	"'discount');";

static const char version_6[] =
	/* Deadlines: what the policy says beside what the platform says, and clocks that are not set. */
	"ALTER TABLE dispute ADD COLUMN reckoned_from INTEGER;" /* when the turn began that these are of */
	"ALTER TABLE dispute ADD COLUMN reckoned INTEGER;"      /* until when, by the policy's row */
	"ALTER TABLE dispute ADD COLUMN reckoned_by TEXT;"
	"ALTER TABLE dispute ADD COLUMN apart INTEGER;" /* against the platform's: 1 fits, 2 that is earlier, 3 later */
	"CREATE INDEX conversation_unclocked ON conversation (id)"
	"  WHERE oldest_unanswered IS NOT NULL AND answer_by IS NULL;"

	/* Who was told what by which channel, and who sees to it. */
	"ALTER TABLE notice ADD COLUMN claimed INTEGER;"
	"ALTER TABLE notice ADD COLUMN claimed_by TEXT;"
	"CREATE INDEX notice_cause ON notice (cause, at);"
	"CREATE TABLE channel ("
	"  name TEXT PRIMARY KEY, since INTEGER NOT NULL," /* known since: it is told what nobody was told before */
	"  posted INTEGER, digest INTEGER,"                /* when last */
	"  fails INTEGER NOT NULL DEFAULT 0, next_at INTEGER, why TEXT) STRICT, WITHOUT ROWID;" /* in a row; packed */
	"CREATE TABLE told ("
	"  channel TEXT NOT NULL, notice INTEGER NOT NULL REFERENCES notice ON DELETE CASCADE, at INTEGER "
	"NOT NULL,"
	"  counted INTEGER NOT NULL DEFAULT 0," /* 1: only among 'and so many more' */
	"  PRIMARY KEY (channel, notice)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX told_notice ON told (notice);"

	/* When news comes: daemon/pace/arrivals.h, daemon/pace/silence.h. */
	"CREATE TABLE arrivals ("
	"  account INTEGER NOT NULL REFERENCES account, stream TEXT NOT NULL,"
	"  since INTEGER NOT NULL, at INTEGER NOT NULL," /* watched from then on; the counts are as of then */
	"  news BLOB NOT NULL," /* for each hour of the week, in thousandths, four bytes */
	"  age INTEGER NOT NULL, aged INTEGER NOT NULL," /* how old news was when it came in; learned from so many */
	"  PRIMARY KEY (account, stream)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE silence (" /* the gaps between news; all but times in thousandths */
	"  account INTEGER PRIMARY KEY REFERENCES account, since INTEGER NOT NULL, last INTEGER,"
	"  gaps INTEGER NOT NULL, tail INTEGER NOT NULL, excess INTEGER NOT NULL, came INTEGER NOT NULL,"
	"  expected INTEGER NOT NULL) STRICT;"

	/* What took the place of an action that nobody approved in time. */
	"ALTER TABLE outbox ADD COLUMN instead_of INTEGER REFERENCES outbox;" /* the action whose fallback it is */
	"ALTER TABLE outbox ADD COLUMN instead_next INTEGER NOT NULL DEFAULT 0;" /* its own fallback is not tried before */
	"CREATE UNIQUE INDEX outbox_instead ON outbox (instead_of) WHERE instead_of IS NOT NULL;"
	"CREATE INDEX outbox_waiting ON outbox (id) WHERE state IN ('draft', 'held') AND attempt_key IS "
	"NULL;"

	/* People at the console: passwords by Argon2id, and who is logged in. */
	"CREATE TABLE password (operator TEXT PRIMARY KEY, hash TEXT NOT NULL, changed INTEGER NOT NULL) "
	"STRICT, "
	"WITHOUT ROWID;"
	"CREATE TABLE session (" /* hash: SHA-256 of what the browser has */
	"  hash BLOB PRIMARY KEY, operator TEXT NOT NULL, created INTEGER NOT NULL, seen INTEGER NOT NULL) "
	"STRICT, "
	"WITHOUT ROWID;"
	"CREATE INDEX session_operator ON session (operator, created);";

const char *const migrations[] = {version_1, version_2, version_3, version_4, version_5, version_6};
const int migrations_count = sizeof migrations / sizeof *migrations;
