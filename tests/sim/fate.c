#include "fate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/store/store.h"
#include "forgotten.h"
#include "wire.h"

/* Starts until the files are copied once more.  A copy of the first day that is put back on the last would forget all that is to be judged. */
#define COPIED_EVERY 12

struct fate {
	struct world *w;
	const struct place *place;
	struct luck luck;
	int up;
	int64_t start; /* when the service is started, while it is down */
	int64_t kill, step, stop, jump, back, backup, restore;
	char backup_file[200], copy_file[200]; /* "": there is none yet */
	int backups;
	int restoring; /* it is down for this */
};

static int64_t
at_random(struct fate *f, int64_t mean)
{
	const int64_t at = f->w->now + luck_wait(&f->luck, mean);

	return at < f->w->end ? at : INT64_MAX;
}

struct fate *
fate_new(struct world *w, const struct place *place)
{
	struct fate *f = must_zalloc(sizeof *f);

	f->w = w;
	f->place = place;
	f->luck = luck_new(w->seed, "fate");
	f->start = w->now;
	f->kill = at_random(f, 16 * HOUR);
	f->step = at_random(f, 16 * HOUR);
	f->stop = at_random(f, 2 * DAY);
	f->jump = at_random(f, 3 * DAY);
	f->back = INT64_MAX;
	f->backup = at_random(f, DAY);
	f->restore = at_random(f, 5 * DAY);
	if (w->rush)
		f->kill = f->step = f->stop = f->jump = f->backup = f->restore = INT64_MAX;
	return f;
}

void
fate_free(struct fate *f)
{
	free(f);
}

static int64_t
earliest(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t
fate_next(const struct fate *f)
{
	int64_t next = f->up ? earliest(earliest(f->kill, f->step), f->stop) : f->start;

	next = earliest(earliest(next, f->jump), f->back);
	return earliest(earliest(next, f->backup), f->up ? f->restore : INT64_MAX);
}

/* Down for a moment, mostly. */
static int64_t
downtime(struct fate *f)
{
	static const int weights[] = {80, 14, 5, 1, -1};

	switch (luck_weighted(&f->luck, weights)) {
	case 0: return luck_between(&f->luck, SECOND, 10 * SECOND);
	case 1: return luck_between(&f->luck, MINUTE, 50 * MINUTE);
	case 2: return luck_between(&f->luck, HOUR, 14 * HOUR);
	default: return luck_between(&f->luck, DAY, 3 * DAY);
	}
}

static void
copy(const char *from, const char *to)
{
	static char bytes[1 << 16];
	FILE *in = fopen(from, "r"), *out = in ? fopen(to, "w") : NULL;
	size_t n;

	if (!in)
		unlink(to); /* what is not there has no copy */
	while (out && (n = fread(bytes, 1, sizeof bytes, in)) > 0)
		if (fwrite(bytes, 1, n, out) != n)
			abort();
	if (in)
		fclose(in);
	if (out && fclose(out))
		abort();
}

static void
copy_store(const char *from, const char *to)
{
	char a[300], b[300];

	for (const char *const *end = (const char *const[]){"", "-wal", NULL}; *end; end++) {
		snprintf(a, sizeof a, "%s%s", from, *end);
		snprintf(b, sizeof b, "%s%s", to, *end);
		copy(a, b);
	}
	snprintf(b, sizeof b, "%s-shm", to);
	unlink(b);
}

static void
make_backup(struct fate *f)
{
	const long stop_in = wire->stop_in;
	char name[200];
	struct err err = {""};
	int bad;

	snprintf(name, sizeof name, "%s/backup-%d", f->place->folder, ++f->backups);
	wire->stop_in = 0; /* the steps of the verb are not those of the service */
	bad = access(f->place->store, F_OK) ||
	      store_backup(f->place->store, name, f->w->now + wire->skew, &err);
	wire->stop_in = stop_in;
	if (bad) {
		trace(f->w, "no backup: %s", err.text);
		return;
	}
	if (*f->backup_file)
		unlink(f->backup_file);
	snprintf(f->backup_file, sizeof f->backup_file, "%s", name);
	f->w->counts.backups++;
	trace(f->w, "backup %s", name);
}

/* By the verb: checked, stamped, the replaced one kept beside it, which would fill the memory. */
static void
restore(struct fate *f)
{
	struct restored r = {.kept = BUF_MAX(4096)};
	struct err err = {""};

	if (store_restore(f->place->store, f->backup_file, f->w->now + wire->skew, &r, &err)) {
		fprintf(stderr, "restore: %s\n", err.text);
		abort();
	}
	unlink(buf_str(&r.kept));
	buf_free(&r.kept);
}

/* An old store instead of the one we have: a backup that is restored, or files that somebody once copied while nothing ran. */
static void
put_back(struct fate *f)
{
	const int backup = *f->backup_file && (!*f->copy_file || luck_one_in(&f->luck, 2));

	if (!*f->backup_file && !*f->copy_file)
		return;
	forgotten_read(f->w, f->place->store, backup ? f->backup_file : f->copy_file);
	if (backup)
		restore(f);
	else
		copy_store(f->copy_file, f->place->store);
	if (backup)
		f->w->counts.restores++;
	else
		f->w->counts.stale_copies++;
	trace(f->w, "an old store is put back: %s", backup ? "the backup" : "the copied files");
}

static void
jump(struct fate *f)
{
	wire->skew = luck_one_in(&f->luck, 2) ? luck_between(&f->luck, -3 * HOUR, -MINUTE)
					      : luck_between(&f->luck, MINUTE, 12 * HOUR);
	f->w->counts.clock_jumps++;
	f->back = f->w->now + luck_between(&f->luck, 5 * MINUTE, 6 * HOUR);
	f->jump = at_random(f, 3 * DAY);
	trace(f->w, "the machine's clock is off by %lld s", (long long)(wire->skew / SECOND));
}

void
fate_ended(struct fate *f, int64_t now)
{
	wire->stop_in = 0;
	f->up = 0;
	f->start = now + (f->restoring || now < f->w->end ? downtime(f) : SECOND);
	if (f->start > f->w->end && now < f->w->end) /* what came in meanwhile must have its time to settle */
		f->start = f->w->end;
}

static enum fate_act
start(struct fate *f)
{
	if (!f->restoring && luck_one_in(&f->luck, *f->copy_file ? COPIED_EVERY : 3)) {
		snprintf(f->copy_file, sizeof f->copy_file, "%s/copy", f->place->folder);
		copy_store(f->place->store, f->copy_file);
		trace(f->w, "the files are copied");
	}
	if (f->restoring)
		put_back(f);
	f->restoring = 0;
	f->up = 1;
	return FATE_STARTS;
}

enum fate_act
fate_act(struct fate *f)
{
	struct counts *c = &f->w->counts;
	const int64_t now = f->w->now;

	if (f->back <= now) {
		wire->skew = 0;
		f->back = INT64_MAX;
		trace(f->w, "the machine's clock is right again");
	}
	if (f->jump <= now)
		jump(f);
	if (f->backup <= now) {
		make_backup(f);
		f->backup = at_random(f, DAY);
	}
	if (!f->up)
		return f->start <= now ? start(f) : FATE_NOTHING;
	if (f->step <= now) {
		wire->stop_in = (long)luck_between(&f->luck, 1, 40);
		c->kills_at_steps++;
		f->step = at_random(f, 16 * HOUR);
	}
	if (f->kill <= now || f->restore <= now) {
		f->restoring = f->restore <= now;
		f->restore = f->restoring ? at_random(f, 5 * DAY) : f->restore;
		f->kill = f->kill <= now ? at_random(f, 16 * HOUR) : f->kill;
		c->kills++;
		trace(f->w, "killed");
		return FATE_KILLS;
	}
	if (f->stop <= now) {
		f->stop = at_random(f, 2 * DAY);
		c->stops++;
		return FATE_SIGNAL;
	}
	return FATE_NOTHING;
}
