/* letters.h - what plain.h leaves: ASCII and words of other scripts.  Inside daemon/policy only. */
#ifndef POLICY_LETTERS_H
#define POLICY_LETTERS_H

#include <ctype.h>

static inline int
is_alnum(char c)
{
	return isalnum((unsigned char)c) && !((unsigned char)c & 0x80);
}

static inline int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A letter that is not ASCII belongs to a word, too. */
static inline int
is_word(char c)
{
	return is_alnum(c) || (unsigned char)c >= 0x80;
}

/* A byte of Chinese, Japanese, Korean and the like, which stand without spaces. */
static inline int
is_wide(char c)
{
	return (unsigned char)c >= 0xe3;
}

#endif
