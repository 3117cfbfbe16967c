import type { ViewService } from '@assay/contracts/assay/view/v1/view_service_pb'
import { changeView, createView, deleteView, listViews, type SavedView, type ViewPosition } from '@assay/saved-views'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'

/** Saved views of screens; each belongs to the user who made it. */
export function viewService(service: ServiceContext): ServiceImpl<typeof ViewService> {
  return {
    createView: (request, context) =>
      asCaller(service, context, async (sql, { tenantId, clientId }) =>
        toViewMessage(await createView(sql, tenantId, clientId, request)),
      ),

    listViews: (request, context) =>
      asCaller(service, context, async (sql, { tenantId, clientId }) => {
        const { screen } = request
        const pages = new Pages<ViewPosition>(service.pageTokens, ['views', tenantId, clientId, screen], request)
        const { views, last } = await listViews(sql, clientId, screen, pages)
        return { views: views.map(toViewMessage), nextPageToken: pages.next(last) }
      }),

    updateView: ({ viewId, displayName, address }, context) =>
      asCaller(service, context, async (sql, { tenantId, clientId }) =>
        toViewMessage(await changeView(sql, tenantId, clientId, viewId, { displayName, address })),
      ),

    deleteView: ({ viewId }, context) =>
      asCaller(service, context, async (sql, { clientId }) => {
        await deleteView(sql, clientId, viewId)
        return {}
      }),
  }
}

function toViewMessage({ id, displayName, address, createdAt, updatedAt }: SavedView) {
  return {
    id,
    displayName,
    address,
    createTime: timestampFromDate(createdAt),
    updateTime: timestampFromDate(updatedAt),
  }
}
