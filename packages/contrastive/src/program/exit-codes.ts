/** What the program ends with. */
export const exitCodes = {done: 0, failed: 1, usage: 2, hungUp: 129, interrupted: 130, terminated: 143} as const;

/** The same for `--help`. */
export const exitCodesHelp = `Exit codes:
  0    done
  1    failed, for the reason that was said; nothing finished is lost
  2    a flag, an argument or a configuration is wrong; nothing was begun
  129  stopped by a terminal that was closed; a training saved first, as with 130 and 143
  130  stopped by Ctrl-C; a training saved first
  143  stopped by SIGTERM, in the same way`;
