import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { wordsInMarkup } from './build/words-in-markup.ts'

// What people read stands in one file of texts for each screen, so that another language is one more file for each.

const source = import.meta.dirname

/** Files that still have words between their tags, and how many. Numbers go down, and no file joins. */
const toBeMended: Readonly<Record<string, number>> = {
  'kit/answers.tsx': 1,
  'kit/failed.tsx': 1,
  'kit/gains.tsx': 2,
  'kit/list-screen.tsx': 1,
  'kit/saved-views.tsx': 13,
  'kit/work-list.tsx': 2,
  'screens/candidate/access-tab.tsx': 3,
  'screens/candidate/decision-card.tsx': 8,
  'screens/candidate/impact-tab.tsx': 9,
  'screens/candidate/people-tab.tsx': 2,
  'screens/candidate/route.tsx': 5,
  'screens/candidates/columns.tsx': 9,
  'screens/candidates/filters.tsx': 1,
  'screens/candidates/marked-bar.tsx': 4,
  'screens/candidates/route.tsx': 1,
  'screens/changes/loads-tab.tsx': 1,
  'screens/changes/runs-tab.tsx': 3,
  'screens/compare/access-list.tsx': 1,
  'screens/compare/choose-candidate.tsx': 4,
  'screens/compare/counts-table.tsx': 4,
  'screens/compare/people-list.tsx': 1,
  'screens/compare/route.tsx': 6,
  'screens/coverage/breaches-tab.tsx': 5,
  'screens/coverage/layers-tab.tsx': 2,
  'screens/decide/access-list.tsx': 3,
  'screens/decide/answer-form.tsx': 2,
  'screens/decide/my-reviews.tsx': 4,
  'screens/decide/question-page.tsx': 1,
  'screens/decide/route.tsx': 2,
  'screens/decide/summary.tsx': 13,
  'screens/draft/parts.tsx': 9,
  'screens/draft/route.tsx': 1,
  'screens/drafts/route.tsx': 3,
  'screens/entitlement/conditions-card.tsx': 2,
  'screens/entitlement/contained-card.tsx': 5,
  'screens/entitlement/holders-list.tsx': 1,
  'screens/entitlement/route.tsx': 2,
  'screens/entry/route.tsx': 3,
  'screens/explore/cohort-access.tsx': 2,
  'screens/explore/cohort.tsx': 1,
  'screens/explore/create-question.tsx': 1,
  'screens/explore/effect-card.tsx': 3,
  'screens/explore/nobody.tsx': 7,
  'screens/explore/ranking.tsx': 2,
  'screens/explore/route.tsx': 3,
  'screens/explore/why-tab.tsx': 1,
  'screens/hand-over/hand-over-question.tsx': 2,
  'screens/ledger/check-tab.tsx': 4,
  'screens/ledger/entries-tab.tsx': 4,
  'screens/ledger/in-force-tab.tsx': 5,
  'screens/matrix/block-list.tsx': 8,
  'screens/matrix/legend.tsx': 2,
  'screens/matrix/mark-bar.tsx': 6,
  'screens/matrix/matrix-grid.tsx': 2,
  'screens/matrix/route.tsx': 1,
  'screens/person/route.tsx': 3,
  'screens/profile/dry-run.tsx': 2,
  'screens/profile/route.tsx': 2,
  'screens/profile/rule-editor.tsx': 2,
  'screens/profiles/route.tsx': 4,
  'screens/review/close-question.tsx': 3,
  'screens/review/item-card.tsx': 11,
  'screens/review/review-state.tsx': 1,
  'screens/review/route.tsx': 1,
  'screens/reviews/route.tsx': 3,
  'screens/sign-in/route.tsx': 1,
  'screens/start/my-decisions-card.tsx': 3,
  'shell/alone.tsx': 3,
  'shell/banners.tsx': 7,
  'shell/inside.tsx': 5,
  'shell/layout.tsx': 9,
}

const found = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.tsx') && !file.endsWith('.stories.tsx') && !file.startsWith('stories'))
  .map((file) => [file, wordsInMarkup(file, readFileSync(join(source, file), 'utf8'))] as const)

test('words that people read stand in the texts of a screen, not between its tags', () => {
  const more = found.filter(([file, words]) => words.length > (toBeMended[file] ?? 0))
  expect(Object.fromEntries(more)).toEqual({})
})

test.each([
  ['<p>Nobody has it.</p>', ['Nobody has it.']],
  ['<p>{texts.nobody}, {count}</p>', []],
  ['<nav aria-label="Screens" className="tabs wide" />', ['Screens']],
  ['<p>{isOld ? "It is old." : texts.fresh}</p>', ['It is old.']],
  ['<p>{tab === "people" && <People />}</p>', []],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what the module has
  ['<p>{`${count} people`}</p>', ['people']],
  ['<p>{counted(count, "person", "people")}</p>', ['person', 'people']],
  ['<Link to="/access-profiles" search={{ tab: "why not" }}>{name}</Link>', []],
])('in %s people read %j', (markup, words) => {
  expect(wordsInMarkup('one.tsx', `const one = ${markup}`)).toEqual(words)
})

test('docs/console.md and the README show pictures that are there and small, and each picture of the console is shown', () => {
  const root = join(source, '../../..')
  const shownIn = (file: string) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/pictures\/(console-[\w-]+\.png)/g)].map(
      ([, name = '']) => name,
    )
  const shown = [...shownIn('docs/console.md'), ...shownIn('README.md')]
  const folder = join(root, 'docs/pictures')
  const there = readdirSync(folder).filter((name) => name.startsWith('console-'))
  expect([...new Set(shown)].toSorted()).toEqual(there.toSorted())
  expect(there.filter((name) => statSync(join(folder, name)).size > 160_000)).toEqual([])
})
