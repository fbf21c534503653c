/* daemon.h - the running service: everything a turn of the loop works with. */
#ifndef DAEMON_H
#define DAEMON_H

#include "daemon/conf/conf.h"
#include "daemon/policy/policy.h"
#include "daemon/secret.h"
#include "daemon/store/store.h"
#include "daemon/template/library.h"
#include "daemon/transport/transport.h"
#include "i18n/intent.h"

struct daemon {
	const char *conf_file;
	struct conf *conf;
	struct store *store;
	struct library *library;
	struct phrases *phrases;
	struct policy **policies; /* beside connectors[] */
	struct secret_key *key;
	struct transport *transport;
	char *installation;     /* random id of this store; owned */
	int64_t *armed;         /* beside conf->rules: since when each may act; owned */
	struct runner *runners; /* one per account: runner.h */
	int nrunners;
	struct job *starting; /* made in this turn; they start after its commit */
	int reload;           /* SIGHUP came: read the configuration again when no send is in flight */
	int stopping;         /* SIGTERM came: only sends in flight are waited for */
	int clock_back;       /* the wall clock stands before the last commit: no sends */
	int64_t started;
	struct channel *channels; /* how notices leave: notify/notify.h */
	int nchannels;
	int64_t notices_next;           /* when to look for what only time brings */
	struct public_key *public_keys; /* of platforms that push: push.c */
	int64_t key_next;               /* no key is asked for before */
	int64_t head_next;              /* when the journal's head is told again: housekeeping.c */
	int drawn;                      /* this turn made evidence, which takes long: others come first */
	int64_t longest_turn;           /* real ms: so long did somebody wait for all the others */
	int64_t fallbacks_next;         /* when to look for what nobody approved in time: outbox/fallback.c */
	struct placed *placed;          /* what was decided about rows that wait: queue.c */
	int nplaced;
	int64_t forecast_next;  /* when to look what will come too late: forecast.c */
	int64_t deadlines_next; /* when to look for those at risk: deadlines.c */
	int64_t pace_next,
		pace_hour; /* when to look for silence; the hour that calls were shared out in: pacing.c */
};

/* Reads everything, opens the store and makes the runners.  0, or -1 with err; daemon_close either way. */
int daemon_open(struct daemon *, const char *conf_file, int64_t now, struct err *);
void daemon_close(struct daemon *);
/* The configuration and all that it names beside a store that is open already: enough to decide, not to ask or send.  Its rules may act from
 * the first day on.  0, or -1 with err; daemon_leave either way, the store stays. */
int daemon_join(struct daemon *, const char *conf_file, struct store *, struct err *);
void daemon_leave(struct daemon *);
/* Inside a turn, with no send in flight: takes a new configuration when it is right, else keeps the old one and says so. */
void daemon_reload(struct daemon *, int64_t now);
/* Inside a turn: a person says that the clock, which stands before the last commit, is right now. */
void daemon_clock_right(struct daemon *, int64_t now);
int daemon_on_loopback(const struct daemon *); /* every account's endpoint is */

const struct policy *daemon_policy(const struct daemon *, const struct connector *);
const struct conf_account *daemon_account(const struct daemon *, const char *name); /* NULL */

#endif
