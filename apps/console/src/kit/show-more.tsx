import { Button } from 'react-aria-components'
import { texts } from './texts.ts'

/** A button that requests the next page of a list; not rendered when the list is complete. */
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
