import { Button } from 'react-aria-components'
import { texts } from './texts.ts'

/** Asks for the next part of a list; not there once the list is whole. */
export function ShowMore({ hasMore, onMore }: { readonly hasMore: boolean; readonly onMore: () => void }) {
  if (!hasMore) return null
  return (
    <p>
      <Button className="button" onPress={onMore}>
        {texts.showMore}
      </Button>
    </p>
  )
}
