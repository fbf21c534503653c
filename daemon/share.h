/* share.h - where the files that come with the program are: templates/, i18n/phrases/, connectors/NAME/policy.conf.
 * The folder is fixed at build; SUPERCARGO_SHARE in the environment names another (a source tree has the same layout). */
#ifndef SHARE_H
#define SHARE_H

#define SHARE_PATH 4096

const char *share_root(void);
void share_path(const char *relative, char out[SHARE_PATH]);

/* Programs that this one starts; SUPERCARGO_LIBEXEC in the environment names another folder. */
const char *libexec_root(void);

#endif
