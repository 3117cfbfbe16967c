import { RoleMiningManagementService } from '@assay/contracts'
import { z } from 'zod'
import { cursorFrom } from '../lists.ts'
import { count, id, nextCursor, paging } from '../shapes.ts'
import { defineTool } from '../tool.ts'

const { listCohortFilterAttributes, listCohortFilterAttributeValues } = RoleMiningManagementService.method

export const listAttributes = defineTool({
  name: 'ListCohortFilterAttributes',
  title: 'Attributes of people',
  description:
    'Lists the attributes by which people can be described, such as department or job title. The conditions of all other tools use their keys.',
  needs: [listCohortFilterAttributes],
  input: z.strictObject(paging),
  output: z.strictObject({
    attributes: z.array(z.strictObject({ attribute: z.string(), displayName: z.string() })),
    nextCursor,
  }),
  async run({ limit, cursor }, { calls }) {
    const page = await calls(listCohortFilterAttributes, { pageSize: limit, pageToken: cursor })
    return {
      attributes: page.attributes.map(({ attribute, displayName }) => ({ attribute, displayName })),
      ...cursorFrom(page.nextPageToken),
    }
  },
})

export const listAttributeValues = defineTool({
  name: 'ListCohortFilterAttributeValues',
  title: 'Values of an attribute',
  description: 'Lists the values of one attribute with the number of enabled people who have each.',
  needs: [listCohortFilterAttributeValues],
  input: z.strictObject({
    attribute: id.describe('Key of the attribute.'),
    contains: z.string().max(1000).default('').describe('Only values that contain this text, without regard to case.'),
    ...paging,
  }),
  output: z.strictObject({
    values: z.array(z.strictObject({ value: z.string(), displayName: z.string(), people: count })),
    nextCursor,
  }),
  async run({ attribute, contains, limit, cursor }, { calls }) {
    const request = { attribute, q: contains, pageSize: limit, pageToken: cursor }
    const page = await calls(listCohortFilterAttributeValues, request)
    return {
      values: page.values.map(({ value, displayName, userCount }) => ({ value, displayName, people: userCount })),
      ...cursorFrom(page.nextPageToken),
    }
  },
})
