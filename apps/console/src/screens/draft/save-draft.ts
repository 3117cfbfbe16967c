import { type CandidateEdits, CandidateEditsSchema } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import { CandidateService, type Draft } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { create, equals } from '@bufbuild/protobuf'
import { Code, ConnectError, createClient } from '@connectrpc/connect'
import { useRef, useState } from 'react'
import { sentenceOf, transport, untilAnswered } from '../../shell/calls.ts'
import { showToast } from '../../shell/toast.tsx'
import { candidateOf } from '../compare/reference.ts'
import { keepAsDraft } from '../drafts/drafts.ts'
import { type Edits, onTopOf, withName } from './edits.ts'
import { showDraft } from './queries.ts'
import { texts } from './texts.ts'

const candidates = createClient(CandidateService, transport)

type Change = (edits: CandidateEdits | undefined) => Edits

/** Saves changes one after the other, each with the etag of the last read state. `refused` has edits that could not be saved. */
export function useSavedDraft(draft: Draft) {
  const [refused, setRefused] = useState<Edits>()
  /** Edits that are being saved; the page shows them at once. */
  const [pending, setPending] = useState<CandidateEdits>()
  const latest = useRef(draft)
  const queue = useRef<Promise<void>>(Promise.resolve())
  const waiting = useRef(0)
  // Takes the state from another tab or a reload, unless a change of this tab is being saved.
  if (waiting.current === 0) latest.current = draft

  const saveNow = async (change: Change): Promise<void> => {
    const { id: draftId, etag, edits: before, displayName } = latest.current
    const edits = change(before)
    try {
      const saved = await untilAnswered((attempt) =>
        candidates.updateDraft({ draftId, etag, edits }).catch((error: unknown) => {
          if (attempt === 0 || ConnectError.from(error).code !== Code.Aborted) throw error
          return savedBefore(draftId, edits, error)
        }),
      )
      latest.current = saved
      showDraft(saved)
      showToast(texts.saved, () => save(() => withName(before, displayName)))
    } catch (error) {
      if (ConnectError.from(error).code === Code.Aborted) setRefused(edits)
      else showToast(sentenceOf(error))
    } finally {
      waiting.current--
      if (waiting.current === 0) setPending(undefined)
    }
  }
  const save = (change: Change): void => {
    waiting.current++
    setPending((before) => create(CandidateEditsSchema, change(before ?? latest.current.edits)))
    queue.current = queue.current.then(() => saveNow(change))
  }

  /** Saves the refused edits as a separate draft. @returns its id, or undefined after a failure, which a toast reports */
  const keepMine = async (): Promise<string | undefined> => {
    if (refused === undefined) return undefined
    const theirs = await theirsOf(draft.id)
    if (theirs === undefined) return undefined
    const mine = candidateOf({ kind: 'draft', id: draft.id }, onTopOf(theirs.edits, refused))
    return await keepAsDraft(mine, refused.displayName ?? draft.displayName)
  }
  const takeTheirs = async (): Promise<void> => {
    const theirs = await theirsOf(draft.id)
    if (theirs === undefined) return
    showDraft(theirs)
    setRefused(undefined)
  }
  return { edits: pending ?? draft.edits, save, refused, keepMine, takeTheirs }
}

/** The draft, if an earlier call whose response was lost has saved it. @throws the refusal when another user saved the draft */
async function savedBefore(draftId: string, edits: Edits, refusal: unknown): Promise<Draft> {
  const present = await candidates.getDraft({ draftId })
  const mine = create(CandidateEditsSchema, edits)
  if (present.edits !== undefined && equals(CandidateEditsSchema, present.edits, mine)) return present
  throw refusal
}

async function theirsOf(draftId: string): Promise<Draft | undefined> {
  try {
    return await candidates.getDraft({ draftId })
  } catch (error) {
    showToast(sentenceOf(error))
    return undefined
  }
}
