import type { ReactNode } from 'react'
import { Button } from 'react-aria-components'

interface Props {
  /** The call runs. A form must ignore Enter meanwhile. */
  readonly isBusy: boolean
  /** The call is not possible yet. */
  readonly isDisabled?: boolean
  /** Without it, the button sends the surrounding form. */
  readonly onPress?: () => void
  /** The main button of the screen. */
  readonly isMain?: boolean
  readonly className?: string
  readonly 'aria-label'?: string
  readonly children: ReactNode
}

/**
 * A button that makes a call. While the call runs it says that it is disabled and does nothing, but can have the focus: a disabled button
 * loses it, and then the user begins again at the top of the page.
 */
export function CallButton(props: Props) {
  const { isBusy, isDisabled = false, onPress, isMain = false, className = 'button', children } = props
  const label = props['aria-label']
  return (
    // Not `isPending`: the library would announce the name of a button that may no longer exist.
    <Button
      className={className}
      {...(isMain && { 'data-kind': 'accent' })}
      {...(label !== undefined && { 'aria-label': label })}
      {...(isBusy && { 'aria-disabled': true })}
      isDisabled={isDisabled}
      {...(onPress === undefined ? { type: 'submit' as const } : { onPress: () => isBusy || onPress() })}
    >
      {children}
    </Button>
  )
}
