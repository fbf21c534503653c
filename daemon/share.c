#include "daemon/share.h"

#include <stdio.h>
#include <stdlib.h>

const char *
share_root(void)
{
	const char *other = getenv("SUPERCARGO_SHARE");

	return other && *other ? other : SHARE_DIR;
}

void
share_path(const char *relative, char out[SHARE_PATH])
{
	snprintf(out, SHARE_PATH, "%s/%s", share_root(), relative);
}

const char *
libexec_root(void)
{
	const char *other = getenv("SUPERCARGO_LIBEXEC");

	return other && *other ? other : LIBEXEC_DIR;
}
