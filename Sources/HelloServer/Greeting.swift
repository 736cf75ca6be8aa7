/// The greeting. Change it while `swift run hotreload run hello-server` runs, save, and reload the page.
let greeting = "Hello"
