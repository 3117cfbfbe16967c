import type { CohortDescription } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Button } from 'react-aria-components'
import { Failed } from '../../kit/failed.tsx'
import { Sentence } from '../../kit/sentence.tsx'
import { usePageKeys } from '../../shell/page-keys.ts'
import { useMay, useMayForEverybody } from '../../shell/rights.ts'
import { showToast } from '../../shell/toast.tsx'
import { laterWhileHere } from '../../shell/while-here.ts'
import { MatrixPanel } from '../matrix/matrix-panel.tsx'
import { CohortAccess } from './cohort-access.tsx'
import { CreateQuestion } from './create-question.tsx'
import { CutoffCard } from './cutoff-card.tsx'
import { cutWords, type Effect, highestCut } from './effect.ts'
import { EffectCard } from './effect-card.tsx'
import { createProfile, nameOf, saveAsDraft } from './keep.ts'
import { LackingTab } from './lacking-tab.tsx'
import { CohortPeople } from './people-tab.tsx'
import { messagesOf, useSelectionEffect } from './queries.ts'
import { type Condition, type ExploreSearch, type TabName, tabs, usualCut } from './search.ts'
import { type Chosen, chosenOf, toggled } from './selection.ts'
import { exploreSentence, tabNames, texts } from './texts.ts'
import { WhyTab } from './why-tab.tsx'

interface Props {
  readonly cohort: CohortDescription
  readonly conditions: readonly Condition[]
  readonly search: ExploreSearch
  /** The cohort is that of the previous conditions, so actions on it are disabled. */
  readonly isStale: boolean
}

/** The time after the last move of the slider until the address has its value. */
const addressAfterMs = 250
/** The smallest group that an analysis examines. */
const leastPeople = 5

/** A cohort: its entitlements, the selected ones, and the effect of giving these to all. */
export function Cohort({ cohort, conditions, search, isStale }: Props) {
  const navigate = useNavigate()
  const mayDecide = useMay('decide')
  const mayMakeProfile = useMayForEverybody('decide')
  const [isCreating, create] = useState(false)
  const [cut, setCut] = useCut(search)
  const choice = useMemo(
    () => ({ cut, taken: new Set(search.in), left: new Set(search.out) }),
    [cut, search.in, search.out],
  )
  const chosen = useMemo(() => chosenOf(cohort, choice), [cohort, choice])
  const { effect, error, refetch } = useEffectOf(conditions, chosen)
  const sentence = exploreSentence(cohort, chosen.entitlements.length, effect)
  const tab: TabName = search.tab ?? 'access'
  const view = useMemo(() => ({ conditions: messagesOf(conditions) }), [conditions])
  const show = (change: Partial<ExploreSearch>) =>
    void navigate({ to: '/explore', search: { ...search, ...cutSearch(cut), ...change }, replace: true })
  const toggle = (key: string) => {
    const { taken, left } = toggled(cohort, choice, key)
    show({ in: taken.size === 0 ? undefined : [...taken], out: left.size === 0 ? undefined : [...left] })
  }
  const mayKeep = mayDecide && !isStale && chosen.entitlements.length > 0
  usePageKeys(cohortKeys({ cut, setCut, create: () => mayKeep && mayMakeProfile && create(true), show }))
  const highest = highestCut(cohort)
  const name = nameOf(conditions, cohort.valueNames)
  return (
    <>
      <Sentence>{sentence}</Sentence>
      {cohort.cohortSize < leastPeople && <p className="small muted">{texts.small}</p>}
      {chosen.entitlements.length === 0 && highest > 0 && (
        <p>
          <Button className="button" onPress={() => setCut(highest)}>
            {texts.lowerTo(cutWords(highest))}
          </Button>
        </p>
      )}
      {error !== null && <Failed error={error} onRetry={refetch} />}
      <div className="candidate">
        <div className="stack">
          <Tabs search={search} />
          {tab === 'access' && <CohortAccess cohort={cohort} chosen={chosen.keys} cut={cut} onToggle={toggle} />}
          {tab === 'people' && <CohortPeople cohort={cohort} conditions={conditions} chosen={chosen.entitlements} />}
          {tab === 'matrix' && <MatrixPanel view={view} look={search} onLook={show} />}
          {tab === 'why' && <WhyTab conditions={conditions} />}
          {tab === 'lacking' && <LackingTab conditions={conditions} />}
        </div>
        <div className="stack">
          <CutoffCard cohort={cohort} cut={cut} onCut={setCut} />
          <EffectCard
            cohort={cohort}
            chosenCount={chosen.entitlements.length}
            effect={effect}
            onReset={chosen.isByCutoff ? undefined : () => show({ in: undefined, out: undefined })}
          />
        </div>
      </div>
      <section className="bottom-bar" aria-label={texts.chosen}>
        {mayDecide ? (
          <>
            {mayMakeProfile && (
              <Button className="button" data-kind="accent" isDisabled={!mayKeep} onPress={() => create(true)}>
                {texts.makeProfile}
              </Button>
            )}
            <Button
              className="button"
              isDisabled={!mayKeep}
              onPress={() =>
                void saveAsDraft(name, conditions, chosen.entitlements).then((id) => {
                  if (id !== undefined) void navigate({ to: '/drafts/$id', params: { id }, search: {} })
                })
              }
            >
              {texts.saveDraft}
            </Button>
          </>
        ) : (
          <span className="muted">{texts.mayNot}</span>
        )}
        <Button className="button wide-only" data-kind="plain" onPress={() => void copyLink()}>
          {texts.copyLink}
        </Button>
      </section>
      <CreateQuestion
        proposed={name}
        cohort={cohort}
        sentence={sentence}
        isOpen={isCreating}
        onClose={() => create(false)}
        onCreate={async (chosenName) => {
          const id = await createProfile(chosenName, cohort, chosen.entitlements)
          if (id !== undefined) void navigate({ to: '/access-profiles/$id', params: { id } })
          return id
        }}
      />
    </>
  )
}

/** The cut-off follows the slider at once and the address a moment later. */
function useCut(search: ExploreSearch): readonly [number, (cut: number) => void] {
  const navigate = useNavigate()
  const inAddress = search.cut ?? usualCut
  const [cut, setCut] = useState(inAddress)
  const written = useRef(inAddress)
  useEffect(() => {
    // The address may still have a cut-off that this page wrote a moment ago, and the user has moved the slider since.
    if (inAddress === written.current) return
    written.current = inAddress
    setCut(inAddress)
  }, [inAddress])
  useEffect(() => {
    if (cut === inAddress) return
    return laterWhileHere(addressAfterMs, () => {
      written.current = cut
      void navigate({ to: '/explore', search: { ...search, ...cutSearch(cut) }, replace: true })
    })
  }, [cut, inAddress, navigate, search])
  return [cut, setCut]
}

function cutSearch(cut: number): { readonly cut?: number | undefined } {
  return { cut: cut === usualCut ? undefined : cut }
}

/** The effect of the selection: a look-up when it follows the cut-off exactly, otherwise a call. */
function useEffectOf(conditions: readonly Condition[], { step, isByCutoff, entitlements }: Chosen) {
  const isAsked = !isByCutoff && entitlements.length > 0
  const { data, error, refetch } = useSelectionEffect(conditions, entitlements, isAsked)
  const counts = isByCutoff ? step : isAsked ? data : undefined
  const effect: Effect | undefined = counts && {
    gains: Number(counts.gainCount),
    riskyGains: Number(counts.riskyGainCount),
    withAll: counts.peopleWithAllCount,
    outsideWithAll: counts.outsideWithAllCount,
  }
  return { effect, error: isAsked ? error : null, refetch: () => void refetch() }
}

interface KeyOptions {
  readonly cut: number
  readonly setCut: (cut: number) => void
  readonly create: () => void
  readonly show: (change: Partial<ExploreSearch>) => void
}

function cohortKeys({ cut, setCut, create, show }: KeyOptions): Readonly<Record<string, () => void>> {
  const by = (step: number) => () => setCut(Math.min(100, Math.max(0, cut + step)))
  return {
    ',': by(-5),
    '.': by(5),
    '[': by(-5),
    ']': by(5),
    '<': by(-1),
    '>': by(1),
    '{': by(-1),
    '}': by(1),
    c: create,
    y: () => void copyLink(),
    '1': () => show({ tab: undefined }),
    '2': () => show({ tab: 'people' }),
    '3': () => show({ tab: 'matrix' }),
    '4': () => show({ tab: 'why' }),
    '5': () => show({ tab: 'lacking' }),
  }
}

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href)
    showToast(texts.copied)
  } catch {
    // Without HTTPS or without permission, a page cannot write to the clipboard.
    showToast(texts.notCopied)
  }
}

function Tabs({ search }: { readonly search: ExploreSearch }) {
  return (
    <nav className="tabs" aria-label={texts.parts}>
      {tabs.map((name) => (
        <Link
          key={name}
          className="tab"
          to="/explore"
          search={{ ...search, tab: name === 'access' ? undefined : name }}
          replace
          activeOptions={{ exact: true }}
        >
          {tabNames[name]}
        </Link>
      ))}
    </nav>
  )
}
