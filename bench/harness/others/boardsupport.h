/* Embench's programs include this. */
void initialise_board(void);
void start_trigger(void);
void stop_trigger(void);
