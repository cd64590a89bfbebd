/** Why a table could not be read, or a test not be run: the check is broken, not the data bad. */
export class CheckFault extends Error {}
