const text = { type: 'string' }
const publisher = {
  type: 'object',
  additionalProperties: false,
  properties: { displayName: text, city: text },
}

/** The JSON of a book as a JSON schema, for a hand-written server. */
export const bookSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name: text,
    title: text,
    author: text,
    tags: { type: 'array', items: text },
    genre: { type: 'string', enum: ['GENRE_UNSPECIFIED', 'GENRE_NOVEL', 'GENRE_POETRY'] },
    isbn: { type: 'string', pattern: '^-?\\d+$' },
    rating: { type: 'integer' },
    publisher,
    coverUrl: text,
    coverText: text,
    reprints: { type: 'array', items: publisher },
  },
}
