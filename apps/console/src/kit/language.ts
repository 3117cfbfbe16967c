/** The language of the texts, by which numbers and dates are written as well. */
export const language = 'en'
