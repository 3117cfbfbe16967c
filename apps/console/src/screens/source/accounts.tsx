import type { Account } from '@assay/contracts/assay/source/v1/source_pb'
import { useEffect, useState } from 'react'
import { Button } from 'react-aria-components'
import { enumWords } from '../../kit/enum-words.ts'
import { FinalQuestion } from '../../kit/final-question.tsx'
import { FittedList, type RowHeights, useNarrowList } from '../../kit/fitted-list.tsx'
import type { Column } from '../../kit/grid-list.tsx'
import { ListPart } from '../../kit/list-part.tsx'
import { texts as kitTexts } from '../../kit/texts.ts'
import { queryClient } from '../../shell/calls.ts'
import { useMay } from '../../shell/rights.ts'
import { showToast } from '../../shell/toast.tsx'
import { PersonLink } from '../person/person-link.tsx'
import { type AwaitedLinks, isAwaited, isLinked, keyOfAccount } from './awaited-links.ts'
import { linkAgain, sourceKey, unlinkAccount, useAccounts } from './queries.ts'
import { ruleReasons, texts } from './texts.ts'

/** The name of an account above its id. */
const rows: RowHeights = { comfortable: 56, dense: 52, narrow: 132 }

/** The accounts of a source: to whom each belongs, and which rule or link decided it. A link can be removed. */
export function Accounts({ sourceId }: { readonly sourceId: string }) {
  const isNarrow = useNarrowList()
  const mayChange = useMay('administer')
  const [asked, ask] = useState<Account>()
  // A changed link takes effect when the sources are put together again.
  const [awaited, setAwaited] = useState<AwaitedLinks>(new Map())
  const { items, more, hasNextPage, ...query } = useAccounts(sourceId, awaited)
  useEffect(() => {
    const waiting = new Set(items.filter((one) => isAwaited(one, awaited)).map(keyOfAccount))
    if (waiting.size === awaited.size) return
    setAwaited(new Map([...awaited].filter(([key]) => waiting.has(key))))
    // The figures of the source have changed too.
    void queryClient.invalidateQueries({ queryKey: sourceKey })
  }, [items, awaited])
  const isWaiting = (one: Account) => isAwaited(one, awaited)
  const expectLink = (one: Account, isThere: boolean) =>
    setAwaited((before) => new Map([...before, [keyOfAccount(one), isThere]]))
  const mayUnlink = (one: Account) => mayChange && isLinked(one) && !isWaiting(one)
  const shown = isNarrow ? [inOne(isWaiting)] : [account, person, how(isWaiting)]
  const change: Column<Account> = {
    key: 'change',
    title: texts.change,
    width: isNarrow ? '7rem' : '10rem',
    cell: (one) =>
      mayUnlink(one) && (
        <Button className="button" excludeFromTabOrder aria-label={texts.unlinkNamed(one.id)} onPress={() => ask(one)}>
          {texts.unlink}
        </Button>
      ),
  }
  const hasLinks = mayChange && items.some(isLinked)
  return (
    <ListPart
      label={texts.accounts}
      asked={query}
      isEmpty={items.length === 0}
      nothing={texts.noAccounts}
      above={
        <>
          <h2>{texts.accounts}</h2>
          {items.length > 0 && <p>{kitTexts.listed(texts.countAccounts(items.length), hasNextPage)}</p>}
        </>
      }
    >
      <FittedList
        label={texts.accounts}
        items={items}
        keyOf={keyOfAccount}
        columns={hasLinks ? [...shown, change] : shown}
        rows={rows}
        besideRem={12}
        onKey={(key, one) => {
          if (key !== 'Delete' || !mayUnlink(one)) return false
          ask(one)
          return true
        }}
        onEndReached={more}
        hasMore={hasNextPage}
      />
      <UnlinkQuestion account={asked} onClose={() => ask(undefined)} onChanged={expectLink} />
    </ListPart>
  )
}

interface QuestionProps {
  readonly account: Account | undefined
  readonly onClose: () => void
  readonly onChanged: (account: Account, isLinked: boolean) => void
}

/** Asks before a link is removed, because everybody's data are put together again. Undo links the account again. */
function UnlinkQuestion({ account, onClose, onChanged }: QuestionProps) {
  if (account === undefined) return null
  const { id, identityId } = account
  const undo = () =>
    void linkAgain(account).then((isDone) => {
      if (!isDone) return
      onChanged(account, true)
      showToast(texts.linkedAgain(id, identityId))
    })
  const confirm = () => {
    onClose()
    void unlinkAccount(account).then((isDone) => {
      if (!isDone) return
      onChanged(account, false)
      showToast(texts.unlinked(id), undo)
    })
  }
  return (
    <FinalQuestion
      title={texts.unlinkTitle}
      means={texts.unlinkMeans(id, identityId)}
      no={texts.keepLink}
      yes={texts.confirmUnlink}
      isOpen
      onClose={onClose}
      onYes={confirm}
    />
  )
}

const account: Column<Account> = {
  key: 'account',
  title: texts.account,
  width: 'minmax(0, 2fr)',
  cell: ({ id, displayName, applicationId }) => (
    <>
      <bdi className="cut" title={displayName || id}>
        {displayName || id}
      </bdi>
      <bdi className="small muted cut">{texts.inId(id, applicationId)}</bdi>
    </>
  ),
}
const person: Column<Account> = {
  key: 'person',
  title: texts.person,
  width: 'minmax(0, 1fr)',
  cell: ({ identityId }) =>
    identityId === '' ? <span className="muted">{texts.nobody}</span> : <PersonLink id={identityId} name="" />,
}

type IsWaiting = (account: Account) => boolean

function reasonOf(one: Account, isWaiting: IsWaiting): string {
  return isWaiting(one) ? texts.takesEffect : enumWords(ruleReasons, one.rule)
}

function how(isWaiting: IsWaiting): Column<Account> {
  return {
    key: 'how',
    title: texts.how,
    width: 'minmax(0, 1fr)',
    cell: (one) => <span className="grid-name">{reasonOf(one, isWaiting)}</span>,
  }
}

/** A phone has all of it in one column. */
function inOne(isWaiting: IsWaiting): Column<Account> {
  return {
    ...account,
    width: 'minmax(0, 1fr)',
    cell: (one) => (
      <>
        {account.cell(one)}
        {person.cell(one)}
        <span className="small muted cut">{reasonOf(one, isWaiting)}</span>
      </>
    ),
  }
}
