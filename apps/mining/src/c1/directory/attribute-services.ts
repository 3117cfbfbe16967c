import {
  AttributeSearch,
  type Attributes,
  type AttributeValue,
  AttributeValueSchema,
  type SearchAttributeValuesRequest,
} from '@assay/contracts/c1/api/attribute/v1/attribute_pb'
import { searchRiskLevels } from '@assay/directory'
import { itemAt, notFound } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { create } from '@bufbuild/protobuf'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../../paging.ts'
import { asCaller, type ServiceContext } from '../../service-context.ts'
import { readSearch, type SearchMembers } from '../search-members.ts'
import { emptyPage } from './empty-page.ts'

/** The meaning of each member of a search for values. */
export const attributeMembers: SearchMembers<SearchAttributeValuesRequest> = {
  query: 'narrows',
  value: 'narrows',
  ids: 'narrows',
  excludeIds: 'narrows',
  attributeTypeIds: 'narrows',
  pageSize: 'pages',
  pageToken: 'pages',
}

/** The only classification of entitlements that imports have. */
const riskLevel = { id: 'risk_level', name: 'Risk level' }
const everyLevel = { query: '', text: '', exceptLevels: [] }

type LevelPosition = readonly [level: string]
interface PageRequest {
  readonly pageSize: number
  readonly pageToken: string
}

/** ConductorOne's attribute values, which classify entitlements. */
export function attributesService(service: ServiceContext): ServiceImpl<typeof Attributes> {
  const listLevels = (request: PageRequest, context: HandlerContext) =>
    asCaller(service, context, (sql, { tenantId }) =>
      levelPage(service, sql, ['risk levels', tenantId], everyLevel, request),
    )
  const oneLevel = (id: string, context: HandlerContext) =>
    asCaller(service, context, async (sql) => {
      const { levels } = await searchRiskLevels(sql, { ...everyLevel, levels: [id] }, { size: 1 })
      if (levels.length === 0) throw notFound('attribute value', id)
      return { value: toValue(itemAt(levels, 0)) }
    })
  return {
    listRiskLevels: listLevels,
    getRiskLevelAttributeValue: ({ id }, context) => oneLevel(id, context),
    listComplianceFrameworks: (request, context) =>
      asCaller(service, context, async (_, { tenantId }) => emptyPage(service, ['frameworks', tenantId], request)),
    getComplianceFrameworkAttributeValue: ({ id }, context) =>
      asCaller(service, context, async () => {
        throw notFound('compliance framework', id)
      }),
    listAttributeTypes: (request, context) =>
      asCaller(service, context, async (_, { tenantId }) => {
        emptyPage(service, ['attribute types', tenantId], request)
        return { list: [riskLevel] }
      }),
    listAttributeValues: ({ attributeTypeId, ...page }, context) => {
      if (attributeTypeId !== riskLevel.id) throw notFound('attribute type', attributeTypeId)
      return listLevels(page, context)
    },
    getAttributeValue: ({ id }, context) => oneLevel(id, context),
  }
}

/** ConductorOne's search for attribute values. */
export function attributeSearchService(service: ServiceContext): ServiceImpl<typeof AttributeSearch> {
  return {
    searchAttributeValues: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const { query } = readSearch(AttributeSearch.method.searchAttributeValues.input, attributeMembers, request)
        const { ids, attributeTypeIds } = request
        const isOfLevels = attributeTypeIds.length === 0 || attributeTypeIds.includes(riskLevel.id)
        const search = {
          query: request.query,
          text: request.value,
          levels: isOfLevels ? (ids.length > 0 ? ids : undefined) : [],
          exceptLevels: request.excludeIds,
        }
        return levelPage(service, sql, ['found attribute values', tenantId, query], search, request)
      }),
  }
}

async function levelPage(
  service: ServiceContext,
  sql: TenantSql,
  query: readonly unknown[],
  search: Parameters<typeof searchRiskLevels>[1],
  request: PageRequest,
): Promise<{ list: AttributeValue[]; nextPageToken: string }> {
  const pages = new Pages<LevelPosition>(service.pageTokens, query, request)
  const { levels, last } = await searchRiskLevels(sql, search, pages)
  return { list: levels.map(toValue), nextPageToken: pages.next(last) }
}

function toValue(level: string): AttributeValue {
  return create(AttributeValueSchema, { id: level, attributeTypeId: riskLevel.id, value: level })
}
