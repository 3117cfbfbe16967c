import { buffer } from 'node:stream/consumers'
import { CandidateService } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { InboxService } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { LedgerService } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { RequestCatalogManagementService } from '@assay/contracts/c1/api/requestcatalog/v1/request_catalog_management_service_pb'
import { createClient } from '@connectrpc/connect'
import type { Download } from 'playwright-core'
import { expect, test } from 'vitest'
import { fromBufferPromise } from 'yauzl'
import { grpc } from '../platform/platform.ts'
import { complaintsOf, faultsAt } from './open-console.ts'
import type { ConsoleUnderTest } from './sample-console.ts'
import { dialogInFront, gone, shown } from './shown.ts'

/** Tests for handing over profiles to another system. */
export function testHandOverToSystems({ platform, open, openOnes, toast }: ConsoleUnderTest): void {
  test('a candidate is accepted and handed over to another system, with its content, the files, and the actor', async () => {
    const { page } = await open()
    const transport = grpc(platform().baseUrl, await platform().token('admin'))
    const inbox = createClient(InboxService, transport)
    const [{ id = '', entitlementCount = 0, peopleCount = 0 } = {}] = await openOnes()
    await page.goto(`${platform().baseUrl}/candidates/${id}`)
    await page.getByRole('button', { name: 'Hand over to a system…' }).click()
    await shown(page.getByText('It becomes an access profile first'))
    await dialogInFront(page)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Hand over to another system' })
    await shown(dialog)
    const { accessProfileId } = await inbox.getInboxCandidate({ candidateId: id })
    await expect.poll(() => page.url()).toContain(`/access-profiles/${accessProfileId}?publish=true`)
    const confirm = dialog.getByRole('button', { name: 'Hand over and download' })
    await expect.poll(() => confirm.isDisabled()).toBe(true)
    await dialog.getByLabel('System').selectOption('SCIM 2.0 groups and roles')
    await shown(dialog.getByText(`${entitlementCount} entitlements come in; ${peopleCount} members come in.`))
    await shown(dialog.getByText('It was never handed over to this system.'))
    await dialog.getByText('What the files do not say').click()
    expect([...(await faultsAt(page, 'handing over')), ...complaintsOf(page)]).toEqual([])

    const saved = page.waitForEvent('download')
    await confirm.click()
    const download = await saved
    expect(download.suggestedFilename()).toBe('access-profile-scim.zip')
    const files = await filesOf(download)
    expect([...files.keys()]).toEqual(['groups.json', 'roles.json', 'bulk.json'])
    const [group] = JSON.parse(files.get('groups.json') ?? '').Resources
    expect(group).toMatchObject({ id: accessProfileId, externalId: accessProfileId })
    expect(group.members).toHaveLength(peopleCount)
    await shown(toast(page).getByText('Handed over: SCIM 2.0 groups and roles.'))
    await gone(dialog)

    // The address says that the dialog is open, and the record has the last time.
    await page.getByRole('button', { name: 'Hand over to a system…' }).click()
    await dialog.getByLabel('System').selectOption('SCIM 2.0 groups and roles')
    await shown(dialog.getByText('Nothing has changed since the last time.'))
    await shown(dialog.getByText('Ada, role-miner'))
    const { entries } = await createClient(LedgerService, transport).listEntries({ kind: 'publication.create' })
    expect(entries[0]).toMatchObject({ kind: 'publication.create' })
    await inbox.undoDecision({ candidateId: id })
  })

  test('a draft is handed over as a profile; later the changes since are shown; a user who may only read has no button', async () => {
    const { page } = await open()
    const transport = grpc(platform().baseUrl, await platform().token('admin'))
    const candidates = createClient(CandidateService, transport)
    const [candidate] = (await openOnes()).filter(({ entitlementCount }) => entitlementCount > 2)
    const draft = await candidates.createDraft({
      candidate: { source: { case: 'suggestionId', value: candidate?.id ?? '' } },
      displayName: 'Goes elsewhere',
    })
    await page.goto(`${platform().baseUrl}/drafts/${draft.id}`)
    await shown(page.getByRole('button', { name: 'Hand to a reviewer…' }))
    await page.getByRole('button', { name: 'Hand over to a system…' }).click()
    await dialogInFront(page)
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Hand over to another system' })
    await shown(dialog)
    const accessProfileId = /access-profiles\/([\da-f-]+)/.exec(page.url())?.[1] ?? ''
    const handOver = async () => {
      const saved = page.waitForEvent('download')
      await dialog.getByRole('button', { name: 'Hand over and download' }).click()
      await gone(dialog)
      return filesOf(await saved)
    }
    await dialog.getByLabel('System').selectOption("Terraform for ConductorOne's provider")
    await shown(dialog.getByText('come in'))
    expect((await handOver()).get('profiles.tf')).toContain('display_name = "Goes elsewhere"')

    const profiles = createClient(ProfileService, transport)
    const { entitlements } = await profiles.listAccessProfileEntitlements({ accessProfileId })
    const [removed] = entitlements
    await createClient(RequestCatalogManagementService, transport).removeAppEntitlements({
      catalogId: accessProfileId,
      appEntitlements: [{ appId: removed?.applicationId ?? '', id: removed?.entitlementId ?? '' }],
    })
    await profiles.updateAccessProfile({ accessProfile: { id: accessProfileId, description: 'For others' } })
    await page.getByRole('button', { name: 'Hand over to a system…' }).click()
    await dialog.getByLabel('System').selectOption("Terraform for ConductorOne's provider")
    await shown(dialog.getByText('1 entitlement goes out.'))
    await shown(dialog.getByText('Changed: description'))
    await dialog.getByText('Access that is gone (1)').click()
    await shown(dialog.getByText(removed?.entitlementDisplayName ?? '', { exact: true }))
    const auditor = await open('auditor')
    await auditor.page.goto(`${platform().baseUrl}/access-profiles/${accessProfileId}?publish=true`)
    await shown(auditor.page.getByText('No rule decides'))
    await gone(auditor.page.getByText(/Hand over to/))
    await profiles.deleteAccessProfile({ accessProfileId })
    await candidates.deleteDraft({ draftId: draft.id })
    expect(complaintsOf(page)).toEqual([])
  })
}

/** The texts in a saved archive. */
async function filesOf(download: Download): Promise<Map<string, string>> {
  const zip = await fromBufferPromise(await buffer(await download.createReadStream()), { lazyEntries: true })
  const files = new Map<string, string>()
  for await (const entry of zip.eachEntry()) {
    const pieces: Buffer[] = []
    for await (const piece of await zip.openReadStreamPromise(entry)) pieces.push(piece as Buffer)
    files.set(String(entry.fileName), Buffer.concat(pieces).toString())
  }
  zip.close()
  return files
}
