/** Columns that must not meet in one role: per column its partners. Undefined when there are none. */
export type Partners = readonly (readonly number[])[] | undefined
