import Commands

await LitmusCommand.start()
