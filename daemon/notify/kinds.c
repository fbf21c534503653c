#include "daemon/notify/kinds.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"

static const struct kind kinds[] = {
	{"due", KIND_BY_DEADLINE, TEXT("a deadline is near")},
	{"miss", KIND_BY_DEADLINE, TEXT("a deadline will be missed")},
	{"login", KIND_URGENT, TEXT("a login is needed")},
	{"stopped", KIND_URGENT, TEXT("an account has stopped")},
	{"clock", KIND_URGENT, TEXT("the clock is wrong")},
	{"key", KIND_URGENT, TEXT("the key does not fit")},
	{"restored", KIND_URGENT, TEXT("the store is an older one")},
	{"silence", KIND_URGENT, TEXT("nothing comes in any more")},
	{"breaker", KIND_URGENT, TEXT("automatic answers have stopped")},
	{"stream", KIND_URGENT, TEXT("something cannot be read")},
	{"approve", KIND_URGENT, TEXT("an approval is wanted soon")},
	{"expired", KIND_CAN_WAIT, TEXT("something could not leave in time")},
	{"held", KIND_CAN_WAIT, TEXT("something is held")},
	{"unsure", KIND_CAN_WAIT, TEXT("something is in doubt")},
	{"grant", KIND_CAN_WAIT, TEXT("an authorisation ends")},
	{"odd", KIND_CAN_WAIT, TEXT("something was not understood")},
	{"quota", KIND_CAN_WAIT, TEXT("a call quota is used up")},
	{"undecided", KIND_CAN_WAIT, TEXT("something could not be decided")},
	{"loop", KIND_CAN_WAIT, TEXT("a machine may be answering")},
	{"older", KIND_CAN_WAIT, TEXT("older messages were taken in")},
	{"gap", KIND_CAN_WAIT, TEXT("an outage is over")},
	{"fallback", KIND_CAN_WAIT, TEXT("a fallback was used")},
	{"budget", KIND_CAN_WAIT, TEXT("a call quota is short")},
	{"channel", KIND_CAN_WAIT, TEXT("a channel for notices fails")},
	{"policy", KIND_CAN_WAIT, TEXT("a platform's time is not its policy's")},
	{"other", KIND_CAN_WAIT, TEXT("something needs you")},
};
enum { COUNT = sizeof kinds / sizeof *kinds };

const struct kind *
kind_of(const char *cause)
{
	const size_t n = strcspn(cause, "/");

	for (int i = 0; i < COUNT; i++)
		if (strlen(kinds[i].name) == n && !strncmp(kinds[i].name, cause, n))
			return &kinds[i];
	return &kinds[COUNT - 1];
}

int64_t
urgent_from(const char *cause, int64_t at)
{
	const struct kind *k = kind_of(cause);
	const char *until = strrchr(cause, '@');
	int64_t from = at;

	if (k->severity == KIND_CAN_WAIT)
		return INT64_MAX;
	if (k->severity == KIND_BY_DEADLINE && until && until[1] >= '0' && until[1] <= '9')
		from = strtoll(until + 1, NULL, 10) - URGENT_BEFORE;
	return from > at ? from : at;
}
