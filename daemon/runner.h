/* runner.h - one account at work: its lanes, what is in flight in each, and what has to wait.
 *
 * Every lane has at most one request in flight, so a send never waits for a poll.  A job is made inside a turn (plan), started after the
 * turn's commit, and finished in the turn that its answer arrives in.  Nothing else is remembered between turns: after a kill the store
 * says what is due.
 */
#ifndef RUNNER_H
#define RUNNER_H

#include "daemon/daemon.h"
#include "daemon/schedule/schedule.h"

enum lane { LANE_SEND, LANE_POLL, LANE_LOGIN, LANES };
enum job_kind { JOB_LOGIN, JOB_POLL, JOB_ACK, JOB_FILE, JOB_LOOK, JOB_SEND, JOB_NOTICE, JOB_KEY, JOB_CHECK };

struct job {
	enum job_kind kind;
	enum lane lane;
	struct runner *runner;           /* NULL: a notice */
	const struct exchange *exchange; /* NULL: a plain GET of a file, or a notice */
	const struct stream *stream;
	const struct action *action;
	const struct credential *credential; /* logins */
	int redeem;                          /* logins: what a person pasted, not a refresh */
	int64_t row;                         /* of the outbox or the attachments */
	char *cursor;                        /* as handed to ask; read gets the same */
	char *token, *grant;
	char key[33];
	int tries;          /* files: with this one */
	int64_t now, since; /* as handed to ask */
	uint64_t seed;
	struct request request; /* what leaves; kept until the answer came */
	struct route route;
	struct telling *telling; /* notices: what is told, owned: notify/notify.c */
	json_t *own;             /* looks of several pages: what the earlier ones showed */
	struct job *next;        /* in the list of those that start after the commit */
};

/* A credential in memory: opened once, so that nothing is decrypted per request. */
struct token {
	char *value; /* NULL until known */
	int64_t until;
	int64_t next_try;
	int fails;
	int wanted; /* some job waits for it */
};

/* What a stream answered last, as far as the same answer need not be read again: same.h. */
struct same {
	int64_t until; /* 0: it is to be read */
	uint64_t cursor, body;
};

/* A last look whose send waits for its turn: queue.h. */
#define LOOKED 16
struct looked {
	int64_t row, at, until; /* 0: none */
	json_t *own;            /* what it showed of ours */
};

/* How often a stream is asked: pacing.h. */
#define PACED_HOURS 12
struct paced {
	int64_t from;             /* the hour that `calls` begin with; 0: as ever */
	float calls[PACED_HOURS]; /* an hour */
	float least, most;
	int urgency, planned; /* how urgent it is now, and was when this was planned */
	int watched;          /* what it brings is learned */
};

struct runner {
	const struct conf_account *conf;
	const struct connector *connector;
	const struct policy *policy;
	int64_t id;               /* in the store */
	struct account view;      /* settings as connectors see them, with the learned identity */
	struct setting *settings; /* owned */
	char *identity;           /* owned */
	struct token *tokens;     /* beside connector->credentials */
	struct same *same;        /* beside connector->streams */
	struct paced *paced;      /* the same */
	float *expected; /* news an hour, for each hour of the week: all streams together; NULL: not planned yet */
	int east;        /* of UTC, minutes: the account's zone now */
	struct job *busy[LANES];
	int64_t due[LANES];        /* nothing can be due in this lane before; 0: look now */
	const struct stream *next; /* the stream that is due first, at next_at; NULL: not known */
	int64_t next_at;
	const struct exchange
		*refused[LANES]; /* whose token was refused last; a fresh one is then tried once */
	int too_old,
		too_old_told; /* messages that came in too late to be answered automatically; as of the last digest */
	int64_t offset;          /* the platform's clock minus ours, ms */
	int paging;              /* so many pages of a sweep were read, and more follow at once */
	struct checkup *checkup; /* doctor.c; NULL: never asked */
	int outage;              /* some stream is behind, or was and it is not told yet: gap.h */
	int afresh;              /* some stream is to be read once more: afresh.h */
	const char *
		send_waits; /* budgets that the sending lane waits for: names between spaces; NULL: for none */
	int no_token;       /* the sending lane waits for a login */
	struct looked looked[LOOKED];
	int sweeping; /* the poll that is about to start is one that sends wait for, after a stop */
	int64_t sweep_from; /* sends wait until every stream was swept after this (quarantine.h); 0: they need not */
};

/* Makes the runners for the accounts of d->conf (and their rows in the store); frees them, dropping what is in flight. */
void runners_make(struct daemon *, int64_t now);
void runners_free(struct daemon *);
/* What they keep in mind of the store is read again: after a turn that never was, or when its dates were put right. */
void runners_recall(struct daemon *, int64_t now);
void runners_clock_back(struct daemon *,
			int64_t now); /* it had been ahead: nothing waits for a time that it made up */
struct runner *runner_of(const struct daemon *, int64_t account); /* NULL */
void runner_touch(struct daemon *,
		  int64_t account); /* something changed: plan all its lanes now; 0: everybody */
void runner_set_identity(struct runner *, const char *identity);
int64_t runner_now(const struct runner *, int64_t now); /* by the platform's clock */
int64_t clock_there(const struct daemon *, int64_t account,
		    int64_t now); /* the same; ours without a runner */
/* When a job that was answered now had been asked, by the platform's clock and rather too early: the answer's own Date has corrected what
 * was thought when it left. */
int64_t job_asked(const struct job *, int64_t now);

/* A job with its task's inputs filled; queued to start after the commit.  job_ask builds the request: 0, or -1 with err. */
struct job *job_new(struct daemon *, struct runner *, enum job_kind, enum lane, const struct exchange *);
void job_task(const struct job *, const struct outgoing *, struct arena *, struct task *);
int job_ask(struct daemon *, struct job *, const struct outgoing *, struct err *);
void job_queue(struct daemon *, struct job *);
void job_free(struct job *);
/* What was queued after `until` (NULL: in this turn) does not start: that part of the turn never was. */
void jobs_unqueue(struct daemon *, const struct job *until);

/* What each kind does.  plan_*: starts what is due in a free lane and says when to look again.  *_finished: what an answer means. */
int64_t plan_login(struct daemon *, struct runner *, int64_t now); /* login.c */
int64_t plan_poll(struct daemon *, struct runner *, int64_t now);  /* poll.c */
int64_t plan_send(struct daemon *, struct runner *, int64_t now);  /* send.c */
int64_t plan_notices(struct daemon *, int64_t now);                /* notify/notify.c */
void login_finished(struct daemon *, struct job *, const struct answer *, int64_t now);
void poll_finished(struct daemon *, struct job *, const struct answer *, int64_t now);
void file_finished(struct daemon *, struct job *, const struct answer *, int64_t now);
void look_finished(struct daemon *, struct job *, const struct answer *, int64_t now);
void send_finished(struct daemon *, struct job *, const struct answer *, int64_t now);
void notice_finished(struct daemon *, struct job *, const struct answer *, int64_t now);
void key_finished(struct daemon *, struct job *, const struct answer *, int64_t now);   /* push/push.c */
void check_finished(struct daemon *, struct job *, const struct answer *, int64_t now); /* doctor.c */

/* The token that an exchange needs: 1 and *token (NULL when it needs none), 0: not now, a login was asked for. */
int runner_token(struct runner *, const struct exchange *, int64_t now, const char **token);
/* What an answer says about the token that it was asked with: a refused one is forgotten, and when a fresh one is refused too, the account
 * stops.  Refusals are told apart from every other failure; they count for one exchange, since its polls may go on where its sends may not. */
void runner_token_judged(struct daemon *, const struct job *, enum outcome, const char *packed, int64_t now);
/* What a person brought back from the consent page: kept sealed, and redeemed by the next turn. */
void login_pasted(struct daemon *, const struct conf_account *, const struct credential *, const char *pasted,
		  int64_t now);
/* A login went through, or a person wants another try: stopped account and streams work again. */
void runner_revive(struct daemon *, struct runner *);
/* The account cannot go on until a person does something. */
void runner_stop(struct daemon *, struct runner *, const char *packed, int64_t now);

/* Budgets (budget.c): takes one call of each that the exchange draws from; 1, or 0 and *again.  Polls leave the reserve to sends. */
int budget_take(struct daemon *, struct runner *, const struct exchange *, int sending, int64_t now,
		int64_t *again);
int64_t budget_part(const struct runner *, int64_t limit); /* what the seller left us of a quota */
/* What sends may have of a budget now. */
void budget_state(struct daemon *, const struct runner *, const struct budget *, int64_t now,
		  struct schedule_budget *);
/* The same less what polls will take, if they go on as so far in this window. */
void budget_expect_polls(struct daemon *, const struct runner *, const struct budget *, int64_t now,
			 struct schedule_budget *);

/* Time between sweeps of a stream, as the seller wishes. */
int64_t stream_every(const struct runner *, const struct stream *);
/* Doubling from a quarter minute to a quarter hour, spread by the seed. */
int64_t backoff(int fails, uint64_t seed);

#endif
