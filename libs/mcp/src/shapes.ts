import { z } from 'zod'

// Schemas that several tools use for their arguments and answers.

/** The most rows of an answer. */
export const mostRows = 25

const text = (most: number) => z.string().min(1).max(most)

export const id = text(512)

export const condition = z.strictObject({
  attribute: text(256).describe('Key of an attribute, from ListCohortFilterAttributes.'),
  values: z.array(text(1024)).min(1).max(100).describe('Any of these values.'),
})

export const conditions = z.array(condition).max(32).describe('People who meet all of these conditions.')

export const entitlement = z.strictObject({
  applicationId: z
    .string()
    .max(512)
    .default('')
    .describe('May be left out if only one application has the entitlement.'),
  entitlementId: id,
})

/** An entitlement with its application. */
export const wholeEntitlement = z.strictObject({ applicationId: id, entitlementId: id })

/** Arguments of every list with pages. */
export const paging = {
  limit: z.int().min(1).max(mostRows).default(mostRows).describe('Rows of one answer.'),
  cursor: z.string().max(4096).default('').describe('`nextCursor` of the previous answer, with the same arguments.'),
}

export const nextCursor = z.string().optional().describe('There are more rows; pass it as `cursor`.')

export const count = z.int().min(0)
export const share = z.number().min(0).max(1)

/** An entitlement in an answer. */
export const namedEntitlement = z.strictObject({
  applicationId: z.string(),
  entitlementId: z.string(),
  displayName: z.string(),
})

export const shownConditions = z.array(z.strictObject({ attribute: z.string(), values: z.array(z.string()) }))
