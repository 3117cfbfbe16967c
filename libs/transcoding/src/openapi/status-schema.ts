import type { JsonObject } from '@bufbuild/protobuf'

/** The error document of a mount. */
export interface ErrorDescription {
  /** The name of the schema and of the response among the components. */
  readonly name: string
  readonly description: string
  readonly schema: JsonObject
}

/** google.rpc.Status as `statusDocument` writes it. */
export const statusError: ErrorDescription = {
  name: 'google.rpc.Status',
  description: 'The call failed. The HTTP status follows from the code.',
  schema: {
    type: 'object',
    description: 'Why a call failed.',
    properties: {
      code: {
        type: 'integer',
        format: 'int32',
        minimum: 1,
        maximum: 16,
        description: [
          'The code of gRPC, each with its HTTP status:',
          '1 CANCELLED (499), 2 UNKNOWN (500), 3 INVALID_ARGUMENT (400), 4 DEADLINE_EXCEEDED (504; 408 for a body that comes too slowly), 5 NOT_FOUND (404),',
          '6 ALREADY_EXISTS (409), 7 PERMISSION_DENIED (403), 8 RESOURCE_EXHAUSTED (429; 413 for a body that is too large),',
          '9 FAILED_PRECONDITION (400), 10 ABORTED (409), 11 OUT_OF_RANGE (400), 12 UNIMPLEMENTED (501; 405 for a method that',
          'the path does not answer), 13 INTERNAL (500), 14 UNAVAILABLE (503), 15 DATA_LOSS (500), 16 UNAUTHENTICATED (401).',
        ].join(' '),
        examples: [3],
      },
      message: {
        type: 'string',
        description: 'A sentence for the developer.',
        examples: ['page_size: must be a whole number'],
      },
      details: {
        type: 'array',
        description: 'More for programs, each with its type, such as `google.rpc.BadRequest` for parameters at fault.',
        items: {
          type: 'object',
          properties: { '@type': { type: 'string' } },
          required: ['@type'],
          additionalProperties: true,
          examples: [
            {
              '@type': 'type.googleapis.com/google.rpc.BadRequest',
              fieldViolations: [{ field: 'page_size', description: 'must be a whole number' }],
            },
          ],
        },
      },
    },
    required: ['code', 'message', 'details'],
  },
}
