/* Time, chance, and the places where a test stops the process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/step.h"

#include <cmocka.h>

/* clock.c looks at the variable once, so each value gets a process of its own. */
static int
in_child(const char *variable, int (*check)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (variable)
			setenv("SUPERCARGO_TEST_CLOCK", variable, 1);
		else
			unsetenv("SUPERCARGO_TEST_CLOCK");
		_exit(check());
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
is_near(int64_t a, int64_t b)
{
	return a - b < 2000 && b - a < 2000;
}

static int
real_time(void)
{
	return is_near(clock_now(), (int64_t)time(NULL) * 1000) && !clock_is_test() &&
	       clock_real_ms(5000) == 5000;
}

/* Anchored at 0, a rate of 1000 makes of 56 years 56,000. */
static int
thousandfold(void)
{
	int64_t now = clock_now(), real = (int64_t)time(NULL) * 1000;

	return is_near(now / 1000, real) && clock_is_test() && clock_real_ms(60000) == 60 &&
	       clock_real_ms(1) == 1 && clock_real_ms(0) == 0;
}

static int
anchored_now(void)
{
	return is_near(clock_now(), INT64_C(1000) + ((int64_t)time(NULL) * 1000 - 1000) / 2);
}

static int
unreadable(void)
{
	return is_near(clock_now(), (int64_t)time(NULL) * 1000) && clock_is_test() &&
	       clock_real_ms(5000) == 5000;
}

static void
the_test_clock_runs_from_its_anchor(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, real_time), 1);
	assert_int_equal(in_child("0:1000", thousandfold), 1);
	assert_int_equal(in_child("1000:0.5", anchored_now), 1);
	assert_int_equal(in_child("", unreadable), 1);
	assert_int_equal(in_child("yesterday", unreadable), 1);
	assert_int_equal(in_child("0:-3", unreadable), 1);
	assert_int_equal(in_child("0:nan", unreadable), 1);
	assert_int_equal(in_child("0:1000 ", unreadable), 1);
}

static void
the_monotonic_clock_does_not_go_back(void **state)
{
	int64_t a = clock_mono(), b = clock_mono();

	(void)state;
	assert_true(a > 0 && b >= a);
}

static void
chance_never_repeats(void **state)
{
	char hex[33], again[33];

	(void)state;
	random_hex(hex);
	random_hex(again);
	assert_int_equal(strlen(hex), 32);
	assert_int_equal(strspn(hex, "0123456789abcdef"), 32);
	assert_string_not_equal(hex, again);
	assert_true(random_u64() != random_u64());
}

static int
three_steps(void)
{
	step("one");
	step("two");
	step("three");
	return 0;
}

static int
stop_after_two(void)
{
	step_stop_after(2);
	return three_steps();
}

static int
stop_after_three(void)
{
	step_stop_after(3);
	return three_steps();
}

static int
stop_after_four(void)
{
	step_stop_after(4);
	return three_steps();
}

static void
the_nth_step_is_the_last(void **state)
{
	(void)state;
	assert_int_equal(in_child(NULL, three_steps), 0);
	assert_int_equal(in_child(NULL, stop_after_two), 70);
	assert_int_equal(in_child(NULL, stop_after_three), 70);
	assert_int_equal(in_child(NULL, stop_after_four), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_test_clock_runs_from_its_anchor),
		cmocka_unit_test(the_monotonic_clock_does_not_go_back),
		cmocka_unit_test(the_nth_step_is_the_last),
		cmocka_unit_test(chance_never_repeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
