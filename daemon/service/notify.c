#include "daemon/service/service.h"

#include <stdlib.h>
#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

#include "daemon/clock.h"

static void
tell(const char *state)
{
#ifdef HAVE_SYSTEMD
	sd_notify(0, state);
#else
	(void)state;
#endif
}

void
service_ready(void)
{
	tell("READY=1");
}

void
service_status(const char *text)
{
	struct buf state = BUF_MAX(2048);
	size_t i;

	buf_fmt(&state, "STATUS=%.2000s", text);
	for (i = 0; i < state.len; i++)
		if (state.data[i] == '\n')
			state.data[i] = ' '; /* a line of its own would be another variable */
	tell(buf_str(&state));
	buf_free(&state);
}

void
service_reloading(void)
{
	struct buf state = BUF_MAX(128);

	buf_fmt(&state, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_mono() * 1000);
	tell(buf_str(&state));
	buf_free(&state);
}

void
service_stopping(void)
{
	tell("STOPPING=1");
}

int64_t
service_watchdog_ms(void)
{
#ifdef HAVE_SYSTEMD
	static int known;
	static uint64_t usec;

	if (!known && sd_watchdog_enabled(0, &usec) <= 0)
		usec = 0;
	known = 1;
	return (int64_t)(usec / 2000);
#else
	return 0;
#endif
}

void
service_alive(void)
{
	static int64_t last;
	int64_t every = service_watchdog_ms(), now;

	if (!every)
		return;
	now = clock_mono();
	if (last && now - last < every / 4)
		return;
	last = now;
	tell("WATCHDOG=1");
}
