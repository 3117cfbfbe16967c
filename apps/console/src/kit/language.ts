/** The language of the texts; it also formats numbers and dates. */
export const language = 'en'
