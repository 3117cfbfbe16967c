import { type ListViewsResponse, type View, ViewService } from '@assay/contracts/assay/view/v1/view_service_pb'
import { createClient } from '@connectrpc/connect'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { queryClient, sentenceOf, transport } from '../shell/calls.ts'
import { byPageToken, usePages } from '../shell/pages.ts'
import { showToast } from '../shell/toast.tsx'
import { texts } from './texts.ts'

const views = createClient(ViewService, transport)
const viewsOf = (page: ListViewsResponse) => page.views

/** The user's saved views of a screen, by name. */
export function useViews(screen: string) {
  const query = useInfiniteQuery(ViewService.method.listViews, { screen, pageSize: 100, pageToken: '' }, byPageToken)
  const { items, more } = usePages(query, viewsOf)
  return { ...query, items, more }
}

/** @returns whether it was saved; a toast reports a failure */
export async function saveView(displayName: string, address: string): Promise<boolean> {
  return await done(async () => {
    const view = await views.createView({ displayName, address })
    showToast(texts.viewSaved(view.displayName), () => void takeAway(view))
  })
}

/** @returns as saveView */
export async function renameView({ id: viewId, displayName: before }: View, displayName: string): Promise<boolean> {
  if (displayName === before) return true
  return await done(async () => {
    await views.updateView({ viewId, displayName })
    showToast(texts.viewRenamed(before, displayName))
  })
}

export async function deleteView({ id: viewId, displayName, address }: View): Promise<void> {
  await done(async () => {
    await views.deleteView({ viewId })
    showToast(texts.viewDeleted(displayName), () => void saveView(displayName, address))
  })
}

async function takeAway({ id: viewId }: View): Promise<void> {
  await done(async () => {
    await views.deleteView({ viewId })
    showToast(texts.viewUndone)
  })
}

/** Runs the work, shows a failure in a toast, and requests the views again. @returns whether it succeeded */
async function done(work: () => Promise<void>): Promise<boolean> {
  let isDone = true
  try {
    await work()
  } catch (error) {
    isDone = false
    showToast(sentenceOf(error))
  }
  await queryClient.invalidateQueries({ queryKey: ['connect-query', { serviceName: ViewService.typeName }] })
  return isDone
}
