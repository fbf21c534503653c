/* Machines that answer us: what stops an automatic answer, and what does not. */
#include "daemon_store_test_kit.h"

#include "daemon/outbox/outbox.h"

#define OURS  "Guten Tag, Ihr Paket ist unterwegs und kommt in den nächsten Tagen an."
#define OURS2 "Guten Tag, der Umtausch ist innerhalb von 30 Tagen möglich."

static struct conf_account account = {.name = "toys", .conversation_cap = 100, .buyer_cap = 100};

struct talk {
	struct kit *k;
	struct daemon d;
	struct situation s;
	int rows;
};

static void
begin(struct talk *t, void **state)
{
	*t = (struct talk){.k = *state, .d = {.store = ((struct kit *)*state)->store}};
	account.conversation_cap = account.buyer_cap = 100;
	kit_begin(t->k);
}

/* A message of the buyer comes in, and its event is looked at. */
static void
says(struct talk *t, const char *conversation, const char *text, int64_t sent)
{
	char remote[16] = "", sql[96];
	struct message m = a_message(remote, conversation, INCOMING, sent, text);

	snprintf(remote, sizeof remote, "M%d", ++t->rows);
	m.listing = NULL;
	assert_int_equal(record_message(t->k->store, t->k->account.id, &m, sent), 1);
	snprintf(sql, sizeof sql,
		 "SELECT id FROM event WHERE message = (SELECT id FROM message WHERE remote = '%s')", remote);
	assert_int_equal(
		situation_load(t->k->store, &(struct around){.event = kit_number(t->k, sql)}, sent, &t->s),
		1);
}

/* A rule answered it with this text, and it left at this time. */
static int64_t
answered(struct talk *t, const char *text, int64_t at)
{
	char key[16];
	struct outbox_row row = {.account = t->k->account.id,
				 .intent_key = key,
				 .kind = "reply",
				 .rule = "r",
				 .conversation = t->s.conversation,
				 .message = t->s.message,
				 .text = text,
				 .state = OUTBOX_READY};

	snprintf(key, sizeof key, "k%d", ++t->rows);
	assert_int_equal(outbox_insert(t->k->store, &row, at), 1);
	kit_state(t->k, &row, OUTBOX_SENT, at);
	return row.id;
}

/* Whether an answer with this text to what came last is stopped, and that for this reason. */
static void
stops(struct talk *t, const char *text, const char *reason)
{
	char packed[ERR_MAX] = "";
	const int stopped = loop_stops(&t->d, &account, &t->s, "reply", text, t->s.at, packed);

	if (reason ? !stopped || !strstr(packed, reason) : stopped)
		fail_msg("found \"%s\", expected \"%s\"", packed, reason ? reason : "");
}

static int64_t
notices(struct talk *t)
{
	return kit_number(t->k, "SELECT count(*) FROM notice WHERE cause LIKE 'loop/%' AND cleared IS NULL");
}

static void
people_are_answered(void **state)
{
	struct talk t;

	begin(&t, state);
	says(&t, "C1", "Wo ist mein Paket?", T0);
	stops(&t, OURS, NULL);
	answered(&t, OURS, T0 + SECOND);
	says(&t, "C1", "Danke! Kann ich es umtauschen?", T0 + HOUR);
	stops(&t, OURS2, NULL);
	assert_int_equal(notices(&t), 0);
	kit_commit(t.k);
}

static void
the_same_words_again(void **state)
{
	struct talk t;

	begin(&t, state);
	says(&t, "C1", "Vielen Dank für Ihre Nachricht!", T0);
	answered(&t, OURS, T0 + SECOND);
	says(&t, "C2", "vielen dank für ihre Nachricht", T0 + HOUR); /* in another conversation, too */
	stops(&t, OURS2, "same words");
	says(&t, "C2", "vielen dank für ihre Nachricht", T0 + 2 * HOUR);
	stops(&t, OURS2, "same words");
	assert_int_equal(notices(&t), 1); /* told once */
	says(&t, "C1", "Vielen Dank für Ihre Nachricht!", T0 + 5 * DAY);
	stops(&t, OURS2, NULL);
	kit_commit(t.k);
}

/* Sent twice by a person, before anything was answered. */
static void
a_double_click_is_no_machine(void **state)
{
	struct talk t;

	begin(&t, state);
	says(&t, "C1", "Wo ist mein Paket?", T0);
	says(&t, "C1", "Wo ist mein Paket?", T0 + SECOND);
	stops(&t, OURS, NULL);
	kit_commit(t.k);
}

static void
an_answer_at_once(void **state)
{
	struct talk t;

	begin(&t, state);
	says(&t, "C1", "Wo ist mein Paket?", T0);
	answered(&t, OURS, T0 + MINUTE);
	says(&t, "C2", "Und die andere Bestellung?", T0 + MINUTE + 2 * SECOND); /* as people do */
	stops(&t, OURS2, NULL);
	says(&t, "C1", "Ticket 12: wir melden uns.", T0 + MINUTE + 2 * SECOND);
	stops(&t, OURS2, "within seconds");
	says(&t, "C1", "Ticket 13: wir melden uns.", T0 + MINUTE + 20 * SECOND);
	stops(&t, OURS2, NULL);
	kit_commit(t.k);
}

static void
our_own_words_come_back(void **state)
{
	struct talk t;

	begin(&t, state);
	says(&t, "C1", "Wo ist mein Paket?", T0);
	answered(&t, OURS, T0 + SECOND);
	says(&t, "C1", "> guten tag, ihr Paket ist unterwegs und kommt\n> in den nächsten Tagen an.",
	     T0 + HOUR);
	stops(&t, OURS2, "repeats our own");
	kit_commit(t.k);
}

static void
automatic_senders(void **state)
{
	static const struct {
		const char *intent, *buyer, *reason;
	} senders[] = {
		{"automatic", "example_buyer", "automatic message"},
		{"other", "MAILER-DAEMON", "nobody reads"},
		{"other", "no-reply_4711", "nobody reads"},
		{"other", "example_postmaster", NULL},
		{NULL, NULL, NULL},
	};
	struct talk t;

	begin(&t, state);
	says(&t, "C1", "Wo ist mein Paket?", T0);
	for (size_t i = 0; i < sizeof senders / sizeof *senders; i++) {
		t.s.intent = senders[i].intent;
		t.s.buyer_remote = senders[i].buyer;
		stops(&t, OURS, senders[i].reason);
	}
	kit_commit(t.k);
}

static void
caps(void **state)
{
	struct talk t;

	begin(&t, state);
	account.conversation_cap = 1;
	account.buyer_cap = 3;
	for (int i = 0; i < 3; i++) {
		char conversation[8], text[40];

		snprintf(conversation, sizeof conversation, "C%d", i);
		snprintf(text, sizeof text, "Frage %d", i);
		says(&t, conversation, text, T0 + i * HOUR);
		snprintf(text, sizeof text, "Antwort %d", i);
		stops(&t, text, NULL);
		answered(&t, text, T0 + i * HOUR + MINUTE);
	}
	says(&t, "C2", "Und noch eine?", T0 + 3 * HOUR);
	stops(&t, OURS, "conversation_cap");
	assert_int_equal(notices(&t), 0); /* a person who asks twice is no reason to wake anybody */
	says(&t, "C9", "Und wieder eine?", T0 + 3 * HOUR);
	stops(&t, OURS, "buyer_cap");
	assert_int_equal(notices(&t), 1);
	says(&t, "C9", "Und morgen?", T0 + 27 * HOUR);
	stops(&t, OURS, NULL);
	kit_commit(t.k);
}

static void
the_very_same_text(void **state)
{
	struct talk t;

	begin(&t, state);
	says(&t, "C1", "Wo ist mein Paket?", T0);
	answered(&t, OURS, T0 + SECOND);
	says(&t, "C2", "Kommt das andere auch?", T0 + HOUR);
	stops(&t, OURS, "very same text");
	stops(&t, OURS2, NULL);
	says(&t, "C2", "Kommt es noch?", T0 + 25 * HOUR);
	stops(&t, OURS, NULL);
	kit_commit(t.k);
}

/* What orders bring about cannot go round in circles. */
/* The row is gone with a store that was replaced by an older one. */
static void
the_very_same_text_without_a_row(void **state)
{
	struct message ours = a_message("X1", "C1", OUTGOING, T0 + SECOND, OURS);
	struct talk t;

	begin(&t, state);
	says(&t, "C1", "Wo ist mein Paket?", T0);
	assert_int_equal(record_message(t.k->store, t.k->account.id, &ours, T0 + SECOND), 1);
	says(&t, "C1", "Kommt es noch?", T0 + HOUR);
	stops(&t, OURS, "very same text");
	stops(&t, OURS2, NULL);
	says(&t, "C1", "Kommt es noch?", T0 + 25 * HOUR);
	stops(&t, OURS, NULL);
	kit_commit(t.k);
}

static void
only_answers_to_words_are_asked(void **state)
{
	struct talk t;
	char packed[ERR_MAX];

	begin(&t, state);
	account.buyer_cap = 0;
	says(&t, "C1", "Wo ist mein Paket?", T0);
	stops(&t, OURS, "buyer_cap");
	t.s.kind = "order.shipped";
	stops(&t, OURS, NULL);
	t.s.kind = "dispute.due";
	assert_int_equal(loop_stops(&t.d, &account, &t.s, "return.refund", "", T0, packed), 0);
	assert_int_equal(loop_stops(&t.d, &account, &t.s, "return.message", "", T0, packed), 1);
	kit_commit(t.k);
}

/* A person has looked: the next loop is news. */
static void
a_person_ends_the_notice(void **state)
{
	struct talk t;
	struct outbox_row row;
	int64_t id;

	begin(&t, state);
	says(&t, "C1", "Ticket angelegt", T0);
	id = answered(&t, OURS, T0 + SECOND);
	says(&t, "C1", "Ticket angelegt", T0 + HOUR);
	stops(&t, OURS2, "same words");
	assert_int_equal(notices(&t), 1);
	assert_int_equal(outbox_get(t.k->store, id, &row), 1);
	loop_noticed(&t.d, &row, T0 + 2 * HOUR);
	assert_int_equal(notices(&t), 0);
	stops(&t, OURS2, "same words");
	assert_int_equal(notices(&t), 1);
	kit_commit(t.k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(people_are_answered),
		KIT_TEST(the_same_words_again),
		KIT_TEST(a_double_click_is_no_machine),
		KIT_TEST(an_answer_at_once),
		KIT_TEST(our_own_words_come_back),
		KIT_TEST(automatic_senders),
		KIT_TEST(caps),
		KIT_TEST(the_very_same_text),
		KIT_TEST(the_very_same_text_without_a_row),
		KIT_TEST(only_answers_to_words_are_asked),
		KIT_TEST(a_person_ends_the_notice),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
