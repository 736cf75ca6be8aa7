import Glibc
import HotReload

let greeting = "one"

func carry() {
  HotReload.carry("count", save: { counter.value }, restore: { counter.value = $0 })
}
