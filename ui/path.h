/*
 * Paths that one file holds of another: as seen from the folder that the first one lies in, so that both
 * can be moved together.
 */
#ifndef UI_PATH_H
#define UI_PATH_H

/*
 * What @from is to hold of @path (both as this process names them; @from need not exist). Absolute where
 * the two have nothing in common but the root; as it is where @path is no file with a place of its own (a
 * pipe). To be freed; NULL: no memory.
 */
char *path_for(const char *from, const char *path);
/*
 * The way back: the @held path of the file @from, as this process can open it. To be freed; NULL: no
 * memory.
 */
char *path_of(const char *from, const char *held);

#endif
