#include "daemon/cli/cli.h"
#include "daemon/loop.h"

int
main(int argc, char **argv)
{
	return cli(argc, argv, loop_run);
}
