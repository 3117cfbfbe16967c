/** For each column the columns that must not be in a role with it. Undefined if there are none. */
export type Partners = readonly (readonly number[])[] | undefined
