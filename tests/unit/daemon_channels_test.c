/* Channels at their pace, in virtual time: how many posts leave, and that every notice is told whatever happens on the way. */
#include <sys/stat.h>

#include "daemon/notify/notify.h"
#undef TEXT /* the store has another */
#include "daemon_store_test_kit.h"

#define POSTS 4000

static const char conf_text[] = "[service]\n"
				"[notify \"robot\"]\nwebhook = https://example.com/robot\ndialect = wecom\n"
				"[notify \"other\"]\nwebhook = https://example.com/other\ndialect = slack\n";

struct scene {
	struct kit *k;
	struct daemon d;
	struct transport fake;
	int64_t now;
	int64_t at[2][POSTS]; /* when each channel's posts left */
	int n[2];
	struct buf said[2]; /* what was taken, a line each */
	unsigned seed;
	int broken[2]; /* channels that take nothing */
};

static void
nothing(struct transport *t, void *owner)
{
	(void)t, (void)owner;
}

static struct conf *
conf_of(struct scene *s, const char *text)
{
	char path[128];
	FILE *f;
	struct conf *c;

	snprintf(path, sizeof path, "%s/t.conf", s->k->folder);
	f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
	chmod(path, 0600);
	c = conf_read(path, LANG_EN, NULL, NULL);
	assert_non_null(c);
	unlink(path);
	return c;
}

static void
scene_begin(struct scene *s, void **state, unsigned seed)
{
	*s = (struct scene){.k = *state, .now = T0, .seed = seed, .fake = {.drop = nothing}};
	s->said[0].max = s->said[1].max = 8 << 20;
	s->d.conf = conf_of(s, conf_text);
	s->d.store = s->k->store;
	s->d.transport = &s->fake;
	s->d.installation = must_strdup("0123456789abcdef");
	channels_make(&s->d);
}

static void
scene_end(struct scene *s)
{
	channels_free(&s->d);
	conf_free(s->d.conf);
	free(s->d.installation);
	buf_free(&s->said[0]);
	buf_free(&s->said[1]);
}

static int
channel_of(const struct job *job)
{
	return strstr(buf_str(&job->request.url), "/other") != NULL;
}

/* What left in a turn is answered at once; `dies`: the service does before it hears. */
static void
answer(struct scene *s, struct job *job, int dies)
{
	const int i = channel_of(job);
	const char *body = s->broken[i] ? "{\"errcode\":45009}" : "{\"errcode\":0}";
	struct answer a = {.owner = job, .complete = 1, .left = 1};

	a.response =
		(struct response){.status = s->broken[i] && i ? 500 : 200, .body = body, .len = strlen(body)};
	assert_true(s->n[i] < POSTS);
	s->at[i][s->n[i]++] = s->now;
	if (!s->broken[i]) {
		buf_add(&s->said[i], buf_str(&job->request.body), job->request.body.len);
		buf_char(&s->said[i], '\n');
	}
	if (!dies)
		notice_finished(&s->d, job, &a, s->now);
}

/* One turn: raises, plans; when to look again. */
static int64_t
turn(struct scene *s, int first, int count, int dies)
{
	struct job *jobs;
	int64_t wake;

	store_begin(s->d.store);
	for (int i = first; i < first + count; i++) {
		char cause[32], packed[ERR_MAX];

		snprintf(cause, sizeof cause, "held/a%d", i);
		pack(packed, "%s: a%lld is held and waits for you; see 'supercargo show a%lld'", "toys",
		     (long long)i, (long long)i);
		assert_int_equal(notice_raise(s->d.store, cause, s->k->account.id, packed, s->now), 1);
	}
	wake = plan_notices(&s->d, s->now);
	assert_int_equal(store_commit(s->d.store, &s->k->err), 0);
	jobs = s->d.starting;
	s->d.starting = NULL;
	store_begin(s->d.store);
	while (jobs) {
		struct job *next = jobs->next;

		answer(s, jobs, dies);
		if (!dies)
			job_free(jobs);
		jobs = next;
		wake = s->now;
	}
	assert_int_equal(store_commit(s->d.store, &s->k->err), 0);
	if (dies) { /* what it remembered is gone, with the jobs */
		channels_free(&s->d);
		channels_make(&s->d);
	}
	return wake;
}

static int
is_told(const struct scene *s, int channel, int i)
{
	char ref[32];

	snprintf(ref, sizeof ref, " a%d is held", i);
	return strstr(buf_str(&s->said[channel]), ref) != NULL;
}

static int
most_in_a_minute(const struct scene *s, int channel)
{
	int most = 0;

	for (int i = 0; i < s->n[channel]; i++) {
		int n = 0;

		for (int k = i; k < s->n[channel]; k++)
			n += s->at[channel][k] <= s->at[channel][i] + MINUTE;
		most = n > most ? n : most;
	}
	return most;
}

static void
two_hundred_events_in_a_minute(void **state)
{
	struct scene s;
	int raised = 0;

	scene_begin(&s, state, 1);
	while (raised < 200 || s.now < T0 + 2 * MINUTE) {
		turn(&s, 1001 + raised, raised < 200 ? 1 : 0, 0);
		raised += raised < 200;
		s.now += 300; /* ms: 200 in a minute */
	}
	assert_in_range(most_in_a_minute(&s, 0), 10, 20);
	assert_in_range(s.n[0], 10, 21);
	for (int i = 1001; i < 1201; i++)
		assert_true(is_told(&s, 0, i) && is_told(&s, 1, i));
	scene_end(&s);
}

/* Two hundred clocks that run out at once are one trouble: the first ones are named, the others counted, and nothing else is hidden by them. */
static void
deadlines_by_the_dozen_are_summed_up(void **state)
{
	struct scene s;

	scene_begin(&s, state, 1);
	store_begin(s.d.store);
	for (int i = 1; i <= 202; i++) {
		char cause[48];

		snprintf(cause, sizeof cause, "due/8h/%c%d@%lld", i == 202 ? 'd' : 'c', i, (long long)T0);
		assert_int_equal(notice_raise(s.d.store, cause, s.k->account.id, cause, s.now), 1);
	}
	assert_int_equal(store_commit(s.d.store, &s.k->err), 0);
	turn(&s, 1001, 1, 0);
	for (int i = 0; i < 30; i++, s.now += 10 * SECOND)
		turn(&s, 0, 0, 0);
	for (int channel = 0; channel < 2; channel++) {
		const char *said = buf_str(&s.said[channel]);

		assert_non_null(strstr(said, "due/8h/c5@"));
		assert_null(strstr(said, "due/8h/c6@"));
		assert_non_null(strstr(said, "due/8h/d202@"));
		assert_true(is_told(&s, channel, 1001));
		assert_non_null(strstr(said, "and 196 more; all of them: supercargo notices"));
		assert_int_equal(s.n[channel], 1);
	}
	assert_int_equal(kit_number(s.k, "SELECT count(*) FROM told"), 2 * 203);
	assert_int_equal(kit_number(s.k, "SELECT sum(counted) FROM told"), 2 * 196);
	scene_end(&s);
}

/* Bursts, channels that fail for a while, and deaths of the service: nothing is lost, the pace is kept. */
static void
whatever_happens_every_notice_is_told(void **state)
{
	struct scene s;
	int raised = 0;

	for (unsigned seed = 1; seed <= 5; seed++) {
		raised = 0;
		kit_begin(*state);
		DO(((struct kit *)*state)->store, "DELETE FROM notice");
		DO(((struct kit *)*state)->store, "DELETE FROM channel");
		kit_commit(*state);
		scene_begin(&s, state, seed);
		srand(seed);
		for (int step = 0; step < 3000; step++) {
			const int burst = step < 600 && rand() % 20 == 0 ? rand() % 30 : 0;

			s.broken[0] = step < 1500 && step / 100 % 3 == 1;
			s.broken[1] = step < 1500 && step / 70 % 4 == 2;
			turn(&s, 10001 + raised, burst, rand() % 40 == 0);
			raised += burst;
			s.now += rand() % 3000;
		}
		assert_true(raised > 100);
		assert_in_range(most_in_a_minute(&s, 0), 1, 20);
		for (int i = 0; i < raised; i++) {
			assert_true(is_told(&s, 0, 10001 + i));
			assert_true(is_told(&s, 1, 10001 + i));
		}
		scene_end(&s);
	}
}

/* A channel that is dead for a day does not keep the other from telling at once. */
static void
a_dead_channel_holds_up_no_other(void **state)
{
	struct scene s;

	scene_begin(&s, state, 1);
	s.broken[0] = 1;
	for (int i = 0; i < 100; i++) {
		turn(&s, 20001 + i, 1, 0);
		assert_true(is_told(&s, 1, 20001 + i));
		s.now += 10 * MINUTE;
	}
	assert_int_equal(s.said[0].len, 0);
	assert_in_range(s.n[0], 20, 110); /* it was asked again and again, but not hammered */
	assert_non_null(strstr(buf_str(&s.said[1]), "the channel robot takes no notices"));
	s.broken[0] = 0;
	for (int i = 0; i < 100; i++) {
		turn(&s, 0, 0, 0);
		s.now += 20 * SECOND;
	}
	for (int i = 0; i < 100; i++)
		assert_true(is_told(&s, 0, 20001 + i));
	scene_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT_TEST(two_hundred_events_in_a_minute),
		KIT_TEST(deadlines_by_the_dozen_are_summed_up),
		cmocka_unit_test_setup_teardown(whatever_happens_every_notice_is_told, kit_setup,
						kit_teardown),
		KIT_TEST(a_dead_channel_holds_up_no_other),
	};

	json_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
