import type { View } from '@assay/contracts/assay/view/v1/view_service_pb'
import { useRouter } from '@tanstack/react-router'
import { type MouseEvent, useState } from 'react'
import { Button } from 'react-aria-components'
import { prefix } from '../shell/prefix.ts'
import { useMay } from '../shell/rights.ts'
import { Failed } from './failed.tsx'
import { NameQuestion } from './name-question.tsx'
import { texts } from './texts.ts'
import { deleteView, renameView, saveView, useViews } from './view-calls.ts'

interface Props {
  /** The path of the screen: `/candidates`. */
  readonly screen: string
  /** The proposed name for a view that the user saves now. */
  readonly proposedName?: string
}

type Asked = { readonly kind: 'save' } | { readonly kind: 'rename'; readonly view: View }

/** The user's saved views of a screen, and a button that saves the present one. */
export function SavedViews(props: Props) {
  // A user without the right to save views has none.
  return useMay('decide') ? <OwnViews {...props} /> : null
}

function OwnViews({ screen, proposedName = '' }: Props) {
  const { items, hasNextPage, more, error, refetch } = useViews(screen)
  const [asked, ask] = useState<Asked>()
  const view = asked?.kind === 'rename' ? asked.view : undefined
  const answer = (name: string) => (view === undefined ? saveView(name, addressNow()) : renameView(view, name))
  return (
    <details className="views">
      <summary>
        {texts.savedViews}
        {items.length > 0 && ` (${items.length}${hasNextPage ? '+' : ''})`}
      </summary>
      <div className="card">
        {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
        {items.length === 0 && error === null && <p className="muted">{texts.noViews}</p>}
        <ul className="stack" aria-label={texts.savedViews}>
          {items.map((one) => (
            <li key={one.id} className="row">
              <ViewLink view={one} />
              <Button
                className="button"
                aria-label={texts.renameOne(one.displayName)}
                onPress={() => ask({ kind: 'rename', view: one })}
              >
                {texts.renameView}
              </Button>
              <Button
                className="button"
                aria-label={texts.deleteOne(one.displayName)}
                onPress={() => void deleteView(one)}
              >
                {texts.delete}
              </Button>
            </li>
          ))}
        </ul>
        <div className="row">
          {hasNextPage && (
            <Button className="button" onPress={more}>
              {texts.showMore}
            </Button>
          )}
          <Button className="button" onPress={() => ask({ kind: 'save' })}>
            {texts.saveView}
          </Button>
        </div>
      </div>
      <NameQuestion
        name={`view-name:${view?.id ?? screen}`}
        title={view === undefined ? texts.saveViewQuestion : texts.renameViewQuestion}
        label={texts.viewName}
        proposed={view?.displayName ?? proposedName}
        yes={view === undefined ? texts.save : texts.rename}
        isOpen={asked !== undefined}
        onClose={() => ask(undefined)}
        onYes={answer}
      >
        <p className="muted">{texts.viewStores}</p>
      </NameQuestion>
    </details>
  )
}

/** The present address, without the platform's prefix. */
function addressNow(): string {
  const { pathname, search } = location
  return pathname.slice(prefix.length) + search
}

function ViewLink({ view: { displayName, address } }: { readonly view: View }) {
  const { history } = useRouter()
  const go = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    history.push(prefix + address)
  }
  return (
    <a
      className="grid-name"
      href={prefix + address}
      onClick={go}
      aria-current={address === addressNow() ? 'page' : undefined}
      title={displayName}
    >
      <bdi>{displayName}</bdi>
    </a>
  )
}
