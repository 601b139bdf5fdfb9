module blinky(input clk, output reg [3:0] led);
  reg [7:0] count;
  always @(posedge clk) begin
    count <= count + 1;
    if (&count) led <= led + 1;
  end
endmodule
